package vggstream.train.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import vggstream.model.Device;
import vggstream.train.network.Network;
import vggstream.train.network.Preprocessing;

/**
 * One of those that share a batch: makes passes one after the other and sums their gradients. What
 * it may need more than one pass is made with the first step that has more.
 */
final class Replica implements AutoCloseable {
  private final Network network;
  private final Preprocessing preprocessing;
  private final StepOptions options;
  private final int mostImages;
  private final Device device;
  private final DeviceCopy copy;
  private final ParameterMemory parameters;
  private final ParameterMemory gradients;

  /** By number of images; one alone where images are whole. */
  private final Map<Integer, GradientPass> passes = new TreeMap<>();

  private @Nullable ParameterMemory further;
  private @Nullable GradientSum sum;

  /**
   * Prepares passes of some images.
   *
   * @param parameters on the device
   * @param mostImages in a pass
   */
  Replica(
      Network network,
      Preprocessing preprocessing,
      StepOptions options,
      int mostImages,
      Device device,
      DeviceCopy copy,
      ParameterMemory parameters) {
    this.network = network;
    this.preprocessing = preprocessing;
    this.options = options;
    this.mostImages = mostImages;
    this.device = device;
    this.copy = copy;
    this.parameters = parameters;
    this.gradients = ParameterMemory.ofTrained(network, copy);
  }

  /**
   * Makes ready what a step with passes of such numbers of images will need, so that it fails
   * early.
   */
  void prepare(List<Integer> images) {
    images.forEach(this::pass);
    if (images.size() > 1) {
      furtherGradients();
      gradientSum();
    }
  }

  /** What the last run wrote: the sum of its passes' gradients. */
  ParameterMemory gradients() {
    return gradients;
  }

  Device device() {
    return device;
  }

  /** Makes passes in their order; returns their results. None: the gradients are zero. */
  List<StepResult> run(
      List<BatchSplit.Pass> some, int batch, StepHyperparameters h, DropoutKey key) {
    List<StepResult> results = new ArrayList<>();
    for (BatchSplit.Pass p : some) {
      boolean first = results.isEmpty();
      GradientPass pass = pass(p.part().count());
      pass.bind(parameters, first ? gradients : furtherGradients());
      DropoutKey dropout =
          new DropoutKey(key.seed(), key.iteration(), key.firstImage() + p.firstImage());
      float share = (float) p.part().count() / batch;
      results.add(pass.run(p.part(), share, h.dropout(), dropout));
      if (!first) {
        gradientSum().add(gradients, furtherGradients());
      }
    }
    if (some.isEmpty()) {
      gradients.zero();
    }
    return results;
  }

  private GradientPass pass(int images) {
    int size = options.wholeImages() ? mostImages : images;
    return passes.computeIfAbsent(
        size, n -> new GradientPass(network, n, preprocessing, options, device));
  }

  private ParameterMemory furtherGradients() {
    if (further == null) {
      further = ParameterMemory.ofTrained(network, copy);
    }
    return further;
  }

  private GradientSum gradientSum() {
    if (sum == null) {
      sum = new GradientSum(options.threads(), device);
    }
    return sum;
  }

  @Override
  public void close() {
    passes.values().forEach(GradientPass::close);
    if (sum != null) {
      sum.close();
    }
    if (further != null) {
      further.close();
    }
    gradients.close();
  }
}
