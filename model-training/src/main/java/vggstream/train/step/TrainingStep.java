package vggstream.train.step;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import vggstream.tensor.PixelBatch;
import vggstream.train.network.Initialisation;
import vggstream.train.network.Network;
import vggstream.train.network.Parameter;
import vggstream.train.network.ParameterSource;
import vggstream.train.network.Preprocessing;

/**
 * A network in training: its parameters and momentum in native memory, and the step that changes
 * them. A batch may be larger than memory, made in micro-batches, and shared by replicas, on one
 * device or several: gradients are weighted by the images' share of the batch and summed, masks are
 * drawn by an image's place in the batch, so the step is that of the whole batch within rounding.
 * Steps repeat bit for bit with the same options. Not thread-safe.
 */
public final class TrainingStep implements AutoCloseable {
  /** Values on the heap at a time. */
  private static final int PIECE = 1 << 18;

  private final Network network;
  private final int batch;
  private final BatchSplit split;
  private final Replicas replicas;
  private final ParameterMemory parameters;
  private final ParameterMemory momentum;
  private final MomentumUpdate update;

  /** Whether devices other than the first have other parameters than it. */
  private boolean parametersChanged = true;

  /** What is to be closed, the last made first. */
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();

  private boolean closed;

  /**
   * Prepares steps over batches of exactly {@code batch} images; parameters and momentum are zero.
   *
   * @throws vggstream.model.ModelException if a device cannot be had, or memory
   */
  public TrainingStep(
      Network network, int batch, Preprocessing preprocessing, StepOptions options) {
    if (batch < 1) {
      throw new IllegalArgumentException("batch must be at least 1: was " + batch);
    }
    this.network = network;
    this.batch = batch;
    split = new BatchSplit(network, batch, options);
    try {
      replicas = opened(new Replicas(network, split.mostImages(), preprocessing, options));
      replicas.prepare(split.imagesOfOnePart());
      parameters = replicas.parameters();
      momentum = opened(ParameterMemory.ofTrained(network, replicas.copy()));
      update =
          opened(
              new MomentumUpdate(
                  parameters, momentum, replicas.gradients(), options, replicas.copy()));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    resources.push(resource);
    return resource;
  }

  /** Gives all parameters their starting values, and momentum zero. */
  public void initialise(Initialisation initialisation, long seed) {
    requireOpen();
    ParameterSource source = initialisation.source(network, seed);
    FloatBuffer piece = FloatBuffer.allocate(PIECE);
    for (Parameter p : network.parameters()) {
      for (long first = 0; first < p.elements(); first += PIECE) {
        piece.clear().limit((int) Math.min(PIECE, p.elements() - first));
        source.read(p.name(), first, piece);
        parameters.load(p.name(), first, piece.flip());
      }
    }
    parametersChanged = true;
    momentum.zero();
  }

  /**
   * One step of mini-batch gradient descent with momentum (paper, section 3.1): {@code v' =
   * momentum * v - learningRate * (gradient + weightDecay * w)}, {@code w' = w + v'}; the weight
   * decay is zero for biases. Parameters that are not trained stay.
   *
   * @param pixels (batch, crop, crop, 3), count = batch; read without a copy
   * @param labels (batch) class indices, all that the buffer has remaining, direct; read without a
   *     copy, the position stays
   * @throws IllegalArgumentException if a shape does not fit, a label is not a class, or the labels
   *     are not direct
   * @throws vggstream.model.ModelException if the runtime fails
   */
  public StepResult run(
      PixelBatch pixels,
      LongBuffer labels,
      StepHyperparameters hyperparameters,
      DropoutKey dropout) {
    return run(List.of(new StepPart(pixels, labels)), hyperparameters, dropout);
  }

  /**
   * The same over a batch whose images are of several sizes, or have colour shifts.
   *
   * @param parts of the batch, their images one after the other; together as many as the batch has
   */
  public StepResult run(
      List<StepPart> parts, StepHyperparameters hyperparameters, DropoutKey dropout) {
    requireOpen();
    split.require(parts);
    List<List<BatchSplit.Pass>> passes = split.split(parts);
    if (parametersChanged) {
      replicas.parametersChanged();
      parametersChanged = false;
    }
    List<List<StepResult>> results = replicas.run(passes, batch, hyperparameters, dropout);
    update.run(hyperparameters);
    parametersChanged = true;
    double loss = 0;
    double agreement = 0;
    for (int r = 0; r < results.size(); r++) {
      for (int i = 0; i < results.get(r).size(); i++) {
        StepResult result = results.get(r).get(i);
        loss += (double) result.loss() * passes.get(r).get(i).part().count() / batch;
        agreement += result.agreement();
      }
    }
    return new StepResult((float) loss, agreement);
  }

  /** Copies a parameter's values to the buffer, from its index 0 on. */
  public void readParameter(String name, FloatBuffer into) {
    readParameter(name, 0, whole(name, into));
  }

  /**
   * Copies a parameter's values from its index {@code first} on to what the buffer has remaining;
   * as {@link vggstream.train.network.ParameterSource#read}.
   */
  public void readParameter(String name, long first, FloatBuffer into) {
    requireOpen();
    parameters.read(name, first, into);
  }

  /** Copies a parameter's values from the buffer, from its index 0 on. */
  public void loadParameter(String name, FloatBuffer from) {
    requireOpen();
    parameters.load(name, 0, whole(name, from));
    parametersChanged = true;
  }

  /** Copies a trained parameter's momentum to the buffer, from its index 0 on. */
  public void readMomentum(String name, FloatBuffer into) {
    requireOpen();
    momentum.read(name, 0, whole(name, into));
  }

  /** Copies a trained parameter's momentum from the buffer, from its index 0 on. */
  public void loadMomentum(String name, FloatBuffer from) {
    requireOpen();
    momentum.load(name, 0, whole(name, from));
  }

  private FloatBuffer whole(String name, FloatBuffer buffer) {
    int n = Math.toIntExact(network.parameter(name).elements());
    if (buffer.capacity() < n) {
      throw new IllegalArgumentException(
          "buffer for %s must hold %d values: holds %d".formatted(name, n, buffer.capacity()));
    }
    return buffer.duplicate().clear().limit(n);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the training step is closed");
    }
  }

  /** Frees the native memory; later calls of it do nothing. */
  @Override
  public void close() {
    closed = true;
    closeAll(resources);
  }

  /** Closes all that there is, from the first on. */
  static void closeAll(Deque<AutoCloseable> resources) {
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
