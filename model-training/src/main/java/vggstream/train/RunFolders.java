package vggstream.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import vggstream.train.journal.EpochReport;
import vggstream.train.journal.History;
import vggstream.train.journal.Measures;
import vggstream.train.report.Curve;
import vggstream.train.report.Evaluation;
import vggstream.train.report.LocalisationEvaluation;

/** Where runs and their evaluations lie. */
final class RunFolders {
  /** Folder of a run's evaluations. */
  static final String EVALUATIONS = "evaluations";

  /** Runs of a chain lie one below another. */
  private static final int DEPTH = 4;

  private static final int SHORT_HASH = 8;

  private RunFolders() {}

  /** Whether a folder is a run's: it holds a resolved recipe and a history. */
  static boolean isRun(Path folder) {
    return Files.isRegularFile(folder.resolve("recipe.yaml"))
        && Files.isRegularFile(folder.resolve("history.csv"));
  }

  /**
   * The run that a model file is of: the folder it lies in, or, if that holds the stages of a
   * chain, the stage whose model it is a copy of.
   */
  static Optional<Path> runOf(Path model) throws IOException {
    Path folder = model.toRealPath().getParent();
    if (folder == null || isRun(folder)) {
      return Optional.ofNullable(folder);
    }
    try (Stream<Path> stages = Files.list(folder)) {
      for (Path stage : stages.filter(RunFolders::isRun).sorted().toList()) {
        Path own = stage.resolve("model.onnx");
        if (Files.isRegularFile(own) && Files.mismatch(own, model) < 0) {
          return Optional.of(stage);
        }
      }
    }
    return Optional.empty();
  }

  /** The runs in a folder and its sub-folders, itself included, by name. */
  static List<Path> runs(Path folder) throws IOException {
    try (Stream<Path> folders = Files.walk(folder, DEPTH)) {
      return folders.filter(Files::isDirectory).filter(RunFolders::isRun).sorted().toList();
    }
  }

  /** The files of evaluations in a folder and its sub-folders, by name. */
  static List<Path> evaluations(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder, DEPTH + 1)) {
      return files.filter(Files::isRegularFile).filter(RunFolders::isEvaluation).sorted().toList();
    }
  }

  private static boolean isEvaluation(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    String name = String.valueOf(file.getFileName());
    return name.equals("result.json")
        || name.endsWith(".json")
            && !name.startsWith(".")
            && folder != null
            && folder.endsWith(EVALUATIONS);
  }

  /** The epochs of a run that classifies; none of one that localises. */
  static List<Curve.Point> history(Path run) throws IOException {
    List<Curve.Point> points = new ArrayList<>();
    for (EpochReport e : new History(run.resolve("history.csv")).read()) {
      if (e.measures() instanceof Measures.Accuracies a) {
        points.add(new Curve.Point(e.epoch(), e.loss(), a.train(), a.top1(), e.learningRate()));
      }
    }
    return points;
  }

  /**
   * The name of an evaluation's file: an evaluation of the same networks, images and protocol takes
   * the place of an earlier one.
   */
  static String fileName(Evaluation evaluation) {
    Evaluation.Data data = evaluation.data();
    StringBuilder name = new StringBuilder(data.name());
    name.append('-').append(data.split()).append('-').append(hash(data.fingerprint()));
    for (Evaluation.Model other : evaluation.models().stream().skip(1).toList()) {
      name.append("-with-").append(other.name()).append('-').append(hash(other.sha256()));
    }
    name.append('-').append(evaluation.cropping().title());
    name.append("-Q").append(evaluation.models().get(0).testScales().replace(',', '_'));
    name.append(evaluation.flip() ? "" : "-no-flip");
    return name.toString().replaceAll("[^A-Za-z0-9._-]", "_") + ".json";
  }

  /** The name of a localisation's file, likewise. */
  static String fileName(LocalisationEvaluation evaluation) {
    Evaluation.Data data = evaluation.data();
    StringBuilder name = new StringBuilder("localise-").append(data.name());
    name.append('-').append(data.split()).append('-').append(hash(data.fingerprint()));
    evaluation.localisers().stream()
        .skip(1)
        .map(LocalisationEvaluation.Localiser::model)
        .forEach(m -> name.append("-with-").append(m.name()).append('-').append(hash(m.sha256())));
    evaluation
        .classifiers()
        .forEach(m -> name.append("-by-").append(m.name()).append('-').append(hash(m.sha256())));
    name.append('-').append(evaluation.protocol().cropping().title()).append("-Q");
    name.append(
        evaluation.protocol().scales().stream()
            .map(String::valueOf)
            .collect(Collectors.joining("_")));
    boolean unusual = evaluation.isDense() && !evaluation.protocol().flip();
    name.append(unusual ? "-no-flip" : "");
    return name.toString().replaceAll("[^A-Za-z0-9._-]", "_") + ".json";
  }

  private static String hash(String hexadecimal) {
    return hexadecimal.substring(0, Math.min(SHORT_HASH, hexadecimal.length()));
  }
}
