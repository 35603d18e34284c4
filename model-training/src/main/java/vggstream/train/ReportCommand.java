package vggstream.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import vggstream.train.journal.WholeFile;
import vggstream.train.report.Curve;
import vggstream.train.report.Evaluation;
import vggstream.train.report.EvaluationFile;
import vggstream.train.report.LocalisationEvaluation;
import vggstream.train.report.LocalisationFile;
import vggstream.train.report.Report;

/** {@code report}: the paper's tables from runs' evaluations. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = {
      "Renders the paper's Tables 3 to 9 and the runs' curves as report.md and report.html.",
      "Figures are those that `evaluate` kept in evaluations/ of the runs, or wrote with --out;"
          + " nothing is computed."
    })
final class ReportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "RUN",
      description = "Folders of runs, or folders that hold such; also of `evaluate --out`.")
  private List<Path> folders = new ArrayList<>();

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where to write.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    Map<String, Evaluation> evaluations = new TreeMap<>(); // by what makes one the same as another
    Map<String, LocalisationEvaluation> localisations = new TreeMap<>();
    List<Curve> curves = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        throw new NoSuchFileException(folder.toString());
      }
      for (Path file : RunFolders.evaluations(folder)) {
        if (LocalisationFile.isOne(file)) {
          LocalisationEvaluation located = LocalisationFile.read(file);
          localisations.put(
              located.localisers().get(0).model().sha256() + RunFolders.fileName(located), located);
        } else {
          Evaluation evaluation = EvaluationFile.read(file);
          evaluations.put(
              evaluation.models().get(0).sha256() + RunFolders.fileName(evaluation), evaluation);
        }
      }
      for (Path run : RunFolders.runs(folder)) {
        List<Curve.Point> points = RunFolders.history(run);
        if (!points.isEmpty()) { // of a localiser there are none
          curves.add(new Curve(name(folder, run), points));
        }
        if (RunFolders.evaluations(run).isEmpty()) {
          missing.add(
              "%s: no evaluation: evaluate --model %s --data DIR"
                  .formatted(name(folder, run), run.resolve("model.onnx")));
        }
      }
    }
    if (evaluations.isEmpty() && localisations.isEmpty() && curves.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "a RUN must hold recipe.yaml and history.csv, or results of `evaluate`: found none in "
              + folders);
    }
    Report report =
        Report.of(
            List.copyOf(evaluations.values()),
            List.copyOf(localisations.values()),
            curves,
            missing);
    for (Map.Entry<String, String> file : report.files().entrySet()) {
      WholeFile.write(out.resolve(file.getKey()), file.getValue());
    }
    PrintWriter console = spec.commandLine().getOut();
    console.printf(
        "%d evaluations, %d runs: %s%n",
        evaluations.size() + localisations.size(), curves.size(), out.resolve("report.html"));
    missing.forEach(line -> console.println("missing: " + line));
    console.flush();
    return 0;
  }

  private static String name(Path folder, Path run) throws IOException {
    Path root = folder.toRealPath();
    Path below = root.relativize(run.toRealPath());
    Path last = root.getFileName();
    String top = last == null ? root.toString() : last.toString();
    return below.toString().isEmpty() ? top : top + "/" + below.toString().replace('\\', '/');
  }
}
