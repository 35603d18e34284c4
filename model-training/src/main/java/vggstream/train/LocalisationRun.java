package vggstream.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import vggstream.localise.Box;
import vggstream.train.data.AnnotationProblems;
import vggstream.train.data.DataException;
import vggstream.train.data.DataSet;
import vggstream.train.data.DataSets;
import vggstream.train.data.ImageSet;
import vggstream.train.data.ObjectBoxes;
import vggstream.train.data.UnreadableImages;
import vggstream.train.evaluate.ClassificationEvaluator;
import vggstream.train.evaluate.LocalisationEvaluator;
import vggstream.train.evaluate.LocalisationResult;
import vggstream.train.evaluate.LocatedImage;
import vggstream.train.journal.WholeFile;
import vggstream.train.report.LocalisationEvaluation;

/** {@code evaluate --task localise}: boxes over the images of a split. */
final class LocalisationRun {
  private final LocalisationNetworks networks;
  private final Path data;
  private final DataSet dataSet;
  private final String split;
  private final int batch;
  private final int threads;

  /**
   * Prepares.
   *
   * @param data the data set's path as given
   * @param batch images that are localised together at most
   * @param threads that decode
   */
  LocalisationRun(
      LocalisationNetworks networks,
      Path data,
      DataSet dataSet,
      String split,
      int batch,
      int threads) {
    this.networks = networks;
    this.data = data;
    this.dataSet = dataSet;
    this.split = split;
    this.batch = batch;
    this.threads = threads;
  }

  /**
   * Evaluates.
   *
   * @param unreadableLimit share of images that may be unreadable
   * @param predictions file of the single answers, if wanted
   */
  LocalisationEvaluation evaluate(double unreadableLimit, @Nullable Path predictions)
      throws IOException, InterruptedException {
    AnnotationProblems problems = new AnnotationProblems();
    ImageSet images = dataSet.withBoxes(problems).split(split, networks.labels());
    UnreadableImages unreadable = new UnreadableImages(images, unreadableLimit);
    LocalisationEvaluator evaluator =
        new LocalisationEvaluator(
            networks.predictor(batch),
            new ClassificationEvaluator.Options(
                batch, threads, networks.protocol().largestScale(), 1),
            meanTrainingBox());
    LocalisationResult result = evaluate(evaluator, images, unreadable, predictions);
    return new LocalisationEvaluation(
        networks.classifiers(),
        networks.localisers(),
        EvaluationInputs.name(data, dataSet, images, split),
        networks.protocol(),
        result,
        problems.imagesLeftOut(),
        problems.lines(),
        unreadable.reasons());
  }

  private static LocalisationResult evaluate(
      LocalisationEvaluator evaluator,
      ImageSet images,
      UnreadableImages unreadable,
      @Nullable Path predictions)
      throws IOException, InterruptedException {
    if (predictions == null) {
      return evaluator.evaluate(images, unreadable, image -> {});
    }
    try (WholeFile lines = new WholeFile(predictions)) {
      Consumer<LocatedImage> each =
          image -> {
            try {
              lines.writer().write(LocatedLine.of(image, images.labels()) + "\n");
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          };
      LocalisationResult result = evaluator.evaluate(images, unreadable, each);
      lines.complete();
      return result;
    }
  }

  /** The mean of the boxes that were trained on; null if the data set has none. */
  private @Nullable Box meanTrainingBox() throws IOException {
    if (!dataSet.splits().contains(DataSets.TRAIN)) {
      return null;
    }
    try {
      ObjectBoxes boxes = dataSet.withBoxes(new AnnotationProblems()).split(DataSets.TRAIN).boxes();
      return boxes == null ? null : boxes.meanRelative();
    } catch (DataException e) {
      return null; // its images have no boxes; only those of the evaluated split must
    }
  }
}
