package vggstream.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import vggstream.train.claims.Claim;
import vggstream.train.claims.Claim.Measurement;
import vggstream.train.claims.ClaimsTable;
import vggstream.train.claims.Finding;
import vggstream.train.claims.Group;
import vggstream.train.claims.Outcome;
import vggstream.train.claims.Plan;
import vggstream.train.journal.WholeFile;

/**
 * {@code claims}: makes the runs of a plan and says which of the paper's claims hold. Each run is
 * the command {@code train}, each measurement the command {@code evaluate}; what is there already
 * is not made again.
 */
@Command(
    name = "claims",
    mixinStandardHelpOptions = true,
    description = {
      "Makes the runs of a plan and says which of the paper's claims hold at their size.",
      "It may be interrupted: the same command goes on where it was. Each run computes on one"
          + " thread, so that its figures do not depend on the number of cores."
    })
final class ClaimsCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new JsonMapper();

  /** Longest wait for runs that are ended because another one failed. */
  private static final int FAREWELL_MINUTES = 2;

  @Spec private CommandSpec spec;

  @Option(names = "--plan", required = true, description = "The plan, a YAML file.")
  private Path planFile;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "NAME=DIR",
      description = "Where a data set of the plan is. May be repeated.")
  private Map<String, Path> data = new LinkedHashMap<>();

  @Option(names = "--out", required = true, description = "Folder of the runs and of the table.")
  private Path out;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "CLAIM",
      description = "Make only what these claims need (default: all).")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--jobs",
      description = "Runs that are made at the same time (default: one a core).")
  private int jobs;

  /** A net of a group trained with a seed. */
  private record Run(String group, String net, long seed) {}

  /** Nets of one seed, by one evaluation. */
  private record Measured(String group, Measurement measurement, long seed) {}

  /** What {@link #call} has read. */
  private Plan plan = new Plan(0, Map.of(), List.of());

  @Override
  public Integer call() throws Exception {
    plan = Plan.read(planFile);
    List<Claim> claims = chosen();
    requireData(claims);
    if (jobs < 0) {
      throw new ParameterException(
          spec.commandLine(), "--jobs must be at least 1: was %d".formatted(jobs));
    }
    Set<Run> runs = new LinkedHashSet<>();
    Set<Measured> measurements = new LinkedHashSet<>();
    for (Claim claim : claims) {
      for (Measurement m : List.of(claim.subject(), claim.than())) {
        for (long seed : group(claim).seeds()) {
          m.nets().forEach(net -> runs.add(new Run(claim.group(), net, seed)));
          measurements.add(new Measured(claim.group(), m, seed));
          for (String net : m.nets()) { // is it trained?
            Measurement alone = new Measurement(List.of(net), m.evaluation());
            measurements.add(new Measured(claim.group(), alone, seed));
          }
        }
      }
    }
    int together = jobs == 0 ? Runtime.getRuntime().availableProcessors() : jobs;
    inParallel(together, runs.stream().map(run -> task(() -> train(run))).toList());
    inParallel(together, measurements.stream().map(m -> task(() -> measure(m))).toList());
    List<Finding> findings = new ArrayList<>();
    for (Claim claim : claims) {
      findings.add(finding(claim));
    }
    String table = ClaimsTable.markdown(findings);
    WholeFile.write(out.resolve("claims.md"), table);
    PrintWriter text = spec.commandLine().getOut();
    text.print(table);
    text.flush();
    return 0;
  }

  private List<Claim> chosen() {
    Set<String> known = plan.claims().stream().map(Claim::name).collect(Collectors.toSet());
    for (String name : only) {
      if (!known.contains(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "--only must name claims of the plan %s: was %s"
                .formatted(known.stream().sorted().toList(), name));
      }
    }
    return plan.claims().stream()
        .filter(claim -> only.isEmpty() || only.contains(claim.name()))
        .toList();
  }

  private void requireData(List<Claim> claims) {
    Set<String> needed = new LinkedHashSet<>();
    claims.forEach(claim -> needed.add(group(claim).data()));
    needed.removeAll(data.keySet());
    if (!needed.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--data must say where %s is, as NAME=DIR".formatted(String.join(" and ", needed)));
    }
  }

  private Group group(Claim claim) {
    return group(claim.group());
  }

  private Group group(String name) {
    Group group = plan.groups().get(name);
    if (group == null) {
      throw new IllegalStateException("the plan was checked: no group " + name);
    }
    return group;
  }

  private Path folder(Run run) {
    return out.resolve(run.group()).resolve(plain(run.net())).resolve("seed-" + run.seed());
  }

  private Path predictions(Measured m) {
    String name = plain(m.measurement().toString()) + "-seed-" + m.seed() + ".jsonl";
    return out.resolve(m.group()).resolve("predictions").resolve(name);
  }

  /** A name as a part of a file's. */
  private static String plain(String name) {
    return name.replaceAll("[^A-Za-z0-9.-]+", "_");
  }

  private void train(Run run) throws IOException, TrainingException {
    Group group = group(run.group());
    List<String> arguments = new ArrayList<>();
    arguments.add("train");
    arguments.addAll(List.of("--recipe", planFile.resolveSibling(group.recipe()).toString()));
    arguments.addAll(List.of("--data", String.valueOf(data.get(group.data()))));
    arguments.addAll(List.of("--out", folder(run).toString(), "--resume"));
    arguments.addAll(List.of("--threads", "1", "--loader-threads", "1"));
    arguments.addAll(
        List.of(
            "--set",
            "name=%s-%s-%d".formatted(run.group(), plain(run.net()), run.seed()),
            "--set",
            "seed=" + run.seed()));
    for (String override : group.runs().getOrDefault(run.net(), List.of())) {
      arguments.addAll(List.of("--set", override));
    }
    execute(arguments, folder(run).resolve("train.log"));
  }

  private void measure(Measured m) throws IOException, TrainingException {
    Path target = predictions(m);
    if (Files.exists(target)) {
      return;
    }
    Group group = group(m.group());
    Group.Evaluation evaluation = group.evaluations().get(m.measurement().evaluation());
    if (evaluation == null) {
      throw new IllegalStateException("the plan was checked: " + m);
    }
    List<String> arguments = new ArrayList<>();
    arguments.add("evaluate");
    for (String net : m.measurement().nets()) {
      Path model = folder(new Run(m.group(), net, m.seed())).resolve("model.onnx");
      arguments.addAll(List.of("--model", model.toString()));
    }
    arguments.addAll(List.of("--data", String.valueOf(data.get(group.data()))));
    arguments.addAll(List.of("--split", evaluation.split(), "--protocol", evaluation.protocol()));
    arguments.add("--scales");
    arguments.add(
        evaluation.scales().stream().map(String::valueOf).collect(Collectors.joining(",")));
    arguments.addAll(List.of("--threads", "1", "--loader-threads", "1"));
    arguments.addAll(List.of("--predictions", target.toString()));
    execute(arguments, target.resolveSibling(target.getFileName() + ".log"));
  }

  /** Runs a command of this program; what it prints is added to a file. */
  private void execute(List<String> arguments, Path log) throws IOException, TrainingException {
    Files.createDirectories(log.toAbsolutePath().getParent());
    PrintWriter text = spec.commandLine().getOut();
    synchronized (this) {
      text.println("vgg-train " + String.join(" ", arguments));
      text.flush();
    }
    int code;
    try (PrintWriter lines =
        new PrintWriter(
            Files.newBufferedWriter(
                log,
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND))) {
      code =
          VggTrain.commandLine()
              .setOut(lines)
              .setErr(lines)
              .execute(arguments.toArray(String[]::new));
    }
    if (code != 0) {
      throw new TrainingException(
          "vgg-train %s failed: see the end of %s".formatted(String.join(" ", arguments), log));
    }
  }

  private Finding finding(Claim claim) throws IOException {
    boolean trained = true;
    List<Outcome> subject = new ArrayList<>();
    List<Outcome> than = new ArrayList<>();
    for (long seed : group(claim).seeds()) {
      subject.add(outcome(new Measured(claim.group(), claim.subject(), seed)));
      than.add(outcome(new Measured(claim.group(), claim.than(), seed)));
      for (Measurement m : List.of(claim.subject(), claim.than())) {
        for (String net : m.nets()) {
          Measurement alone = new Measurement(List.of(net), m.evaluation());
          double accuracy = 1 - outcome(new Measured(claim.group(), alone, seed)).error();
          trained &= accuracy >= plan.trained();
        }
      }
    }
    return Finding.of(claim, subject, than, trained);
  }

  private Outcome outcome(Measured m) throws IOException {
    BitSet wrong = new BitSet();
    int images = 0;
    try (BufferedReader lines = Files.newBufferedReader(predictions(m), StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode image = JSON.readTree(line);
        int answer = image.path("predictions").path(0).path("classIndex").asInt(-1);
        wrong.set(images, answer != image.path("classIndex").asInt());
        images++;
      }
    }
    return new Outcome(images, wrong);
  }

  /** A step that may fail. */
  private interface Task extends Callable<Void> {}

  private interface Body {
    void run() throws Exception;
  }

  private static Task task(Body body) {
    return () -> {
      body.run();
      return null;
    };
  }

  /** Runs tasks, some at a time; the first failure ends the others at their last checkpoint. */
  private static void inParallel(int together, List<Task> tasks) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(together);
    try {
      List<Future<Void>> futures = tasks.stream().map(pool::submit).toList();
      for (Future<Void> future : futures) {
        future.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    } finally {
      pool.shutdownNow();
      pool.awaitTermination(FAREWELL_MINUTES, TimeUnit.MINUTES);
    }
  }
}
