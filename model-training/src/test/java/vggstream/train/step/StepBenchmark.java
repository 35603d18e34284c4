package vggstream.train.step;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Times optimisation steps against LibTorch's, by turns, each in a process of its own; and what
 * else of training has a goal: export, load, loader.
 */
@Command(
    name = "benchmark",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Times training against LibTorch's step (through DJL), and its files, by turns.")
final class StepBenchmark implements Callable<Integer> {

  /** Sizes that the project's goals name. */
  enum Preset {
    /** VGG-A as in the paper, batch 4. */
    VGG_A("A", 224, 1, 4096, 1000, 4, 7),
    /** VGG-D as in the paper, batch 4. */
    VGG_D("D", 224, 1, 4096, 1000, 4, 7),
    /** The CIFAR-size network: A, crop 32, half the width, batch 128. */
    CIFAR("A", 32, 0.5, 256, 10, 128, 21),
    /** Writing VGG-D's model file, against a plain write of as many bytes. */
    EXPORT,
    /** Loading VGG-D's model file, against ONNX Runtime alone. */
    LOAD,
    /** How busy the loader keeps VGG-A's steps over the photographs. */
    LOADER,
    /** All of these, and one table of their ratios. */
    ALL;

    private final String network;
    private final int crop;
    private final double width;
    private final int fc;
    private final int classes;
    private final int batch;
    private final int steps;

    Preset() {
      this("", 0, 0, 0, 0, 0, 0);
    }

    Preset(String network, int crop, double width, int fc, int classes, int batch, int steps) {
      this.network = network;
      this.crop = crop;
      this.width = width;
      this.fc = fc;
      this.classes = classes;
      this.batch = batch;
      this.steps = steps;
    }
  }

  @Parameters(
      arity = "0..1",
      defaultValue = "VGG_A",
      description = "What to measure: ${COMPLETION-CANDIDATES}.")
  private Preset preset;

  @Option(names = "--network", description = "Instead of the preset's: A, A-LRN, B, C, D, E.")
  private String network;

  @Option(names = "--batch", description = "Images a step, instead of the preset's.")
  private Integer batch;

  @Option(names = "--steps", description = "Timed steps of each, instead of the preset's.")
  private Integer steps;

  @Option(names = "--warm-up", defaultValue = "2", description = "Steps before those timed.")
  private int warmUp;

  @Option(names = "--threads", defaultValue = "2", description = "Threads of each.")
  private int threads;

  @Option(
      names = "--pause",
      defaultValue = "300",
      description = "Milliseconds before each step, for the other's threads to fall asleep.")
  private int pause;

  @Option(
      names = "--photographs",
      description = "Folder of JPEG files for LOADER; without it LOADER is left out.")
  private Path photographs;

  @Option(
      names = "--peer-environment",
      defaultValue =
          "MALLOC_ARENA_MAX=1,MALLOC_MMAP_MAX_=0,MALLOC_TRIM_THRESHOLD_=68719476736,"
              + "MALLOC_TOP_PAD_=1073741824",
      description =
          "Variables of LibTorch's process. The preset lets it keep what it has freed; an empty"
              + " one leaves that to the system.")
  private String peerEnvironment;

  @Spec private CommandSpec spec;

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new StepBenchmark())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(args));
  }

  /** What a side measured in a step. */
  private record Sample(double wall, double cpu, double loss, long peak) {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    List<Ratio> ratios = new ArrayList<>();
    List<Preset> parts =
        preset == Preset.ALL
            ? List.of(
                Preset.VGG_A, Preset.VGG_D, Preset.CIFAR, Preset.EXPORT, Preset.LOAD, Preset.LOADER)
            : List.of(preset);
    for (Preset part : parts) {
      preset = part;
      ratios.addAll(measure());
    }
    out.println();
    out.println(Ratio.HEAD);
    ratios.forEach(out::println);
    out.flush();
    return 0;
  }

  private List<Ratio> measure() throws Exception {
    return switch (preset) {
      case VGG_A, VGG_D, CIFAR -> steps();
      case EXPORT -> List.of(new FileBenchmark(threads).export());
      case LOAD -> List.of(new FileBenchmark(threads).load());
      case LOADER ->
          photographs == null ? List.of() : List.of(LoaderBenchmark.run(photographs, threads));
      case ALL -> throw new IllegalStateException("made of the others");
    };
  }

  private List<Ratio> steps() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    int timed = steps == null ? preset.steps : steps;
    try (Side ours = new Side("ours");
        Side peer = new Side("libtorch")) {
      out.printf("%s against %s%n", ours.title, peer.title);
      out.printf(
          "network %s, crop %d, width %s, FC %d, classes %d, batch %d%n%n",
          name(), preset.crop, preset.width, preset.fc, preset.classes, batchSize());
      out.println("step   ours: wall s    CPU s  peer: wall s    CPU s");
      for (int i = 0; i < warmUp + timed; i++) {
        Sample a = ours.step(i >= warmUp);
        Sample b = peer.step(i >= warmUp);
        out.printf(
            Locale.ROOT,
            "%-9s %9.4f %8.4f %13.4f %8.4f%n",
            i < warmUp ? "warm-up" : i - warmUp + 1,
            a.wall(),
            a.cpu(),
            b.wall(),
            b.cpu());
        out.flush();
      }
      out.printf(
          Locale.ROOT,
          "%-9s %9.4f %8.4f %13.4f %8.4f%n",
          "median",
          ours.median(Sample::wall),
          ours.median(Sample::cpu),
          peer.median(Sample::wall),
          peer.median(Sample::cpu));
      out.printf(
          Locale.ROOT,
          "images/s  %9.2f %22.2f%npeak MiB  %9d %22d%n",
          batchSize() / ours.median(Sample::wall),
          batchSize() / peer.median(Sample::wall),
          ours.peak(),
          peer.peak());
      out.flush();
      return List.of(
          Ratio.of(
              preset + " step, wall s",
              ours.median(Sample::wall),
              peer.median(Sample::wall),
              preset == Preset.CIFAR ? "<= 1.0" : "<= 0.80"),
          Ratio.of(preset + " step, CPU s", ours.median(Sample::cpu), peer.median(Sample::cpu), ""),
          Ratio.of(
              preset + " step, peak resident MiB",
              ours.peak(),
              peer.peak(),
              preset == Preset.VGG_A ? "<= 1.2" : ""));
    }
  }

  private String name() {
    return network == null ? preset.network : network;
  }

  private int batchSize() {
    return batch == null ? preset.batch : batch;
  }

  /** A side's process. */
  private final class Side implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final Writer orders;
    private final String title;
    private final List<Sample> samples = new ArrayList<>();

    Side(String side) throws IOException {
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  StepServer.class.getName(),
                  side,
                  name(),
                  Integer.toString(preset.crop),
                  Double.toString(preset.width),
                  Integer.toString(preset.fc),
                  Integer.toString(preset.classes),
                  Integer.toString(batchSize()),
                  Integer.toString(threads))
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      if (!side.equals("ours") && !peerEnvironment.isBlank()) {
        for (String variable : peerEnvironment.split(",")) {
          String[] nameAndValue = variable.split("=", 2);
          builder.environment().put(nameAndValue[0].strip(), nameAndValue[1].strip());
        }
      }
      process = builder.start();
      answers =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      orders = process.outputWriter(StandardCharsets.UTF_8);
      title = answer("ready ");
    }

    private String answer(String start) throws IOException {
      String line = answers.readLine();
      while (line != null && !line.startsWith(start)) {
        line = answers.readLine();
      }
      if (line == null) {
        throw new IOException("a side of the benchmark ended early: see its message above");
      }
      return line.substring(start.length());
    }

    Sample step(boolean timed) throws IOException, InterruptedException {
      TimeUnit.MILLISECONDS.sleep(pause);
      orders.write("step\n");
      orders.flush();
      String[] f = answer("step ").split(" ");
      Sample sample =
          new Sample(
              Double.parseDouble(f[0]),
              Double.parseDouble(f[1]),
              Double.parseDouble(f[2]),
              Long.parseLong(f[3]));
      if (timed) {
        samples.add(sample);
      }
      return sample;
    }

    double median(ToDoubleFunction<Sample> of) {
      double[] sorted = samples.stream().mapToDouble(of).sorted().toArray();
      int n = sorted.length;
      return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }

    long peak() {
      return samples.get(samples.size() - 1).peak();
    }

    @Override
    public void close() throws IOException, InterruptedException {
      orders.close();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }
}
