package vggstream.train.step;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import vggstream.model.Device;
import vggstream.train.network.Network;
import vggstream.train.network.Preprocessing;

/**
 * The replicas of a step, one for each entry of the options' devices, each on a thread of its own.
 * Those on the first entry's device read the parameters that are updated; every other device has a
 * copy. Gradients are summed in a fixed order.
 */
final class Replicas implements AutoCloseable {
  private final List<Replica> all = new ArrayList<>();
  private final Device main;
  private final Map<Device, DeviceCopy> copies = new LinkedHashMap<>();
  private final Map<Device, ParameterMemory> parameters = new LinkedHashMap<>();

  /** Where gradients of other devices arrive; absent if there are none. */
  private @Nullable ParameterMemory arriving;

  private @Nullable GradientSum sum;
  private @Nullable ExecutorService others;

  /** What is to be closed, the last made first. */
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();

  Replicas(Network network, int mostImages, Preprocessing preprocessing, StepOptions options) {
    main = options.devices().get(0);
    try {
      for (Device device : options.devices()) {
        if (!copies.containsKey(device)) {
          DeviceCopy copy = opened(new DeviceCopy(device));
          copies.put(device, copy);
          parameters.put(device, opened(new ParameterMemory(network, copy)));
        }
        all.add(
            opened(
                new Replica(
                    network,
                    preprocessing,
                    options,
                    mostImages,
                    device,
                    copy(device),
                    parameters(device))));
      }
      if (copies.size() > 1) {
        arriving = opened(ParameterMemory.ofTrained(network, copy(main)));
        sum = opened(new GradientSum(options.threads(), main));
      }
      if (all.size() > 1) {
        ExecutorService threads =
            Executors.newFixedThreadPool(
                all.size() - 1,
                r -> {
                  Thread thread = new Thread(r, "replica");
                  thread.setDaemon(true);
                  return thread;
                });
        others = threads;
        resources.push(threads::shutdown);
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    resources.push(resource);
    return resource;
  }

  private static <T> T present(Map<Device, T> of, Device device) {
    T value = of.get(device);
    if (value == null) {
      throw new IllegalStateException("nothing was made for " + device);
    }
    return value;
  }

  private DeviceCopy copy(Device device) {
    return present(copies, device);
  }

  private ParameterMemory parameters(Device device) {
    return present(parameters, device);
  }

  /** Copies of the first entry's device. */
  DeviceCopy copy() {
    return copy(main);
  }

  /** The parameters that are updated; call {@link #parametersChanged} when they were. */
  ParameterMemory parameters() {
    return parameters(main);
  }

  /** Gradients on the first entry's device: after {@link #run} they sum to the whole batch's. */
  List<ParameterMemory> gradients() {
    return all.stream().filter(r -> r.device().equals(main)).map(Replica::gradients).toList();
  }

  /** Makes ready what steps will need whose replicas make passes of such numbers of images. */
  void prepare(List<List<Integer>> images) {
    for (int r = 0; r < all.size(); r++) {
      all.get(r).prepare(images.get(r));
    }
  }

  /** Makes each replica's passes; returns each one's results. All have ended when this does. */
  List<List<StepResult>> run(
      List<List<BatchSplit.Pass>> passes, int batch, StepHyperparameters h, DropoutKey key) {
    List<CompletableFuture<List<StepResult>>> running = new ArrayList<>();
    for (int r = 1; r < all.size() && others != null; r++) {
      Replica replica = all.get(r);
      List<BatchSplit.Pass> some = passes.get(r);
      running.add(CompletableFuture.supplyAsync(() -> replica.run(some, batch, h, key), others));
    }
    List<List<StepResult>> results = new ArrayList<>();
    RuntimeException failure = null;
    try {
      results.add(all.get(0).run(passes.get(0), batch, h, key));
    } catch (RuntimeException e) {
      failure = e;
    }
    for (CompletableFuture<List<StepResult>> each : running) {
      try {
        results.add(each.join());
      } catch (CompletionException e) {
        RuntimeException cause =
            e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e);
        failure = failure == null ? cause : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
    bringGradients();
    return results;
  }

  private void bringGradients() {
    for (Replica replica : all) {
      if (arriving != null && sum != null && !replica.device().equals(main)) {
        copy(replica.device()).transfer(replica.gradients().tensor(), arriving.tensor(), copy());
        sum.add(all.get(0).gradients(), arriving);
      }
    }
  }

  /** Brings the parameters to the devices that have copies. */
  void parametersChanged() {
    for (Map.Entry<Device, ParameterMemory> e : parameters.entrySet()) {
      if (!e.getKey().equals(main)) {
        copy().transfer(parameters().tensor(), e.getValue().tensor(), copy(e.getKey()));
      }
    }
  }

  @Override
  public void close() {
    TrainingStep.closeAll(resources);
  }
}
