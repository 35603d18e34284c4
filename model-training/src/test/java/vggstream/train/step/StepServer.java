package vggstream.train.step;

import ai.djl.ndarray.NDArray;
import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import vggstream.tensor.PixelBatch;
import vggstream.train.network.Configuration;
import vggstream.train.network.Initialisation;
import vggstream.train.network.Network;
import vggstream.train.network.NetworkSpec;
import vggstream.train.network.Parameter;

/**
 * One side of the benchmark, in a process of its own, so that neither side's threads and memory
 * disturb the other's. Each line that it reads is an order for one step; it answers with the step's
 * wall seconds, CPU seconds and loss, and the process's peak resident memory in MiB.
 */
final class StepServer {
  private static final StepHyperparameters HYPERPARAMETERS =
      new StepHyperparameters(0.001f, 0.9f, 5e-4f, 0.5f);

  private StepServer() {}

  /**
   * Arguments: {@code ours} or {@code libtorch}, network, crop, width, FC, classes, batch, threads.
   */
  public static void main(String[] args) throws IOException {
    Network network =
        Network.of(
            new NetworkSpec(
                Configuration.parse(args[1]),
                Integer.parseInt(args[2]),
                Double.parseDouble(args[3]),
                Integer.parseInt(args[4]),
                Integer.parseInt(args[5])));
    int batch = Integer.parseInt(args[6]);
    int threads = Integer.parseInt(args[7]);
    PixelBatch pixels = Samples.pixels(batch, network.spec().cropSide(), 1);
    LongBuffer labels = Samples.labels(batch, network.spec().classes(), 2);
    if (args[0].equals("ours")) {
      try (TrainingStep step =
          new TrainingStep(network, batch, Samples.PREPROCESSING, StepOptions.cpu(threads))) {
        step.initialise(new Initialisation.He(), 1);
        serve(
            "ONNX Runtime, %d threads".formatted(threads),
            i -> step.run(pixels, labels, HYPERPARAMETERS, new DropoutKey(1, i)).loss());
      }
    } else {
      serveLibTorch(network, pixels, labels, threads);
    }
  }

  private static void serveLibTorch(
      Network network, PixelBatch pixels, LongBuffer labels, int threads) throws IOException {
    LibTorchNetwork.setThreads(threads);
    Map<String, float[]> values = new HashMap<>();
    for (Parameter p : network.parameters()) {
      float[] v = new float[Math.toIntExact(p.elements())];
      new Initialisation.He().fill(p, 1, FloatBuffer.wrap(v));
      values.put(p.name(), v);
    }
    try (LibTorchNetwork peer = new LibTorchNetwork(network, values)) {
      values.clear();
      float[] images = Samples.floats(Samples.preprocessed(pixels, Samples.PREPROCESSING));
      NDArray x = peer.array(images, pixels.count(), 3, pixels.height(), pixels.width());
      NDArray y = peer.labels(Samples.array(labels));
      serve(
          "LibTorch, which reports %d threads".formatted(LibTorchNetwork.threads()),
          i -> peer.step(x, y, Map.of(), HYPERPARAMETERS, null));
    }
  }

  private static void serve(String title, IntToDoubleFunction step) throws IOException {
    System.gc(); // what preparation left behind is not the step's
    resetPeak();
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println("ready " + title);
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (int i = 0; orders.readLine() != null; i++) {
      long cpu = system.getProcessCpuTime();
      long wall = System.nanoTime();
      double loss = step.applyAsDouble(i);
      wall = System.nanoTime() - wall;
      cpu = system.getProcessCpuTime() - cpu;
      out.println("step " + wall / 1e9 + " " + cpu / 1e9 + " " + loss + " " + peak());
    }
  }

  private static void resetPeak() {
    try {
      Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    } catch (IOException e) {
      System.err.println("peak memory includes the preparation: " + e);
    }
  }

  /** Peak resident memory, MiB; 0 where the system does not say. */
  private static long peak() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(l -> l.startsWith("VmHWM"))
        .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(0);
  }
}
