package vggstream.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import vggstream.train.data.AnnotationProblems;
import vggstream.train.data.DataSet;
import vggstream.train.data.DataSets;
import vggstream.train.data.ImageSet;
import vggstream.train.evaluate.LocalisationResult;

/** {@code score}: the error of answers that the stream gave, from its file. */
@Command(
    name = "score",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the error of predictions.jsonl, which `run` of the pipeline writes for a folder of"
          + " images, or of what evaluate --predictions writes.",
      "Answers belong to the images whose paths end alike. Images without an answer are wrong."
    })
final class ScoreCommand implements Callable<Integer> {
  /** Answers to none of the images that are named. */
  private static final int SHOWN = 5;

  @Spec private CommandSpec spec;

  @Option(
      names = "--predictions",
      required = true,
      paramLabel = "FILE",
      description = "Answers, one JSON object a line.")
  private Path predictions;

  @Option(names = "--data", required = true, description = "Data set, as of `evaluate`.")
  private Path data;

  @Option(
      names = "--split",
      description = "Part of the data set (default: test, else val, else the only one).")
  private @Nullable String split;

  @Option(
      names = "--task",
      defaultValue = "classify",
      description =
          "classify; or localise: boxes count too, of the images that have one (default:"
              + " ${DEFAULT-VALUE}).")
  private EvaluateCommand.Task task;

  @Override
  public Integer call() throws IOException {
    DataSet dataSet = DataSets.open(data);
    String part =
        split != null
            ? split
            : EvaluationInputs.presetSplit(dataSet)
                .orElseThrow(
                    () ->
                        new ParameterException(
                            spec.commandLine(),
                            "--split must be one of %s: was not given"
                                .formatted(dataSet.splits())));
    boolean located = task == EvaluateCommand.Task.LOCALISE;
    AnnotationProblems problems = new AnnotationProblems();
    ImageSet images = (located ? dataSet.withBoxes(problems) : dataSet).split(part);
    AnswerScore score = new AnswerScore(images);
    AnswerLines.forEach(
        predictions,
        (JsonNode answer, int line) -> {
          if (!score.add(answer) && score.strangers() <= SHOWN) {
            spec.commandLine()
                .getErr()
                .printf(
                    "%s: line %d: answers no image of the split, or one that was answered before%n",
                    predictions, line);
          }
        });
    print(score, images, part, located, problems);
    return 0;
  }

  private void print(
      AnswerScore score,
      ImageSet images,
      String part,
      boolean located,
      AnnotationProblems problems) {
    int unanswered = score.unanswered();
    LocalisationResult.ClassErrors errors = score.errors();
    PrintWriter console = spec.commandLine().getOut();
    List<String> lines =
        located
            ? List.of(
                line("localisation error", errors.top1Localisation(), errors.top5Localisation()),
                line(
                    "classification error",
                    errors.top1Classification(),
                    errors.top5Classification()))
            : List.of(
                line(
                    "classification error",
                    errors.top1Classification(),
                    errors.top5Classification()));
    lines.forEach(console::println);
    console.printf(
        "%d images of %s; %d without an answer, %d answers to none of them%n",
        images.size(), part, unanswered, score.strangers());
    problems.lines().forEach(problem -> console.println("  " + problem));
    console.flush();
  }

  private static String line(String name, double top1, double top5) {
    return String.format(
        Locale.ROOT, "%s: top-1 %.2f %%, top-5 %.2f %%", name, 100 * top1, 100 * top5);
  }
}
