package vggstream.train.evaluate;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import vggstream.image.ImageRejectedException;
import vggstream.image.Size;
import vggstream.localise.Box;
import vggstream.train.data.DataException;
import vggstream.train.data.ImageSet;
import vggstream.train.data.ObjectBoxes;
import vggstream.train.data.UnreadableImages;

/**
 * Localises a set of images and counts the errors by ILSVRC's rule: a box is correct if its IoU
 * with any true box of the class is above 0.5.
 */
public final class LocalisationEvaluator {
  private final BoxPredictor predictor;
  private final ClassificationEvaluator.Options options;
  private final @Nullable Box meanBox;

  /**
   * Prepares.
   *
   * @param options how images are handed to the predictor
   * @param meanBox of the training images, as {@link ObjectBoxes#meanRelative} gives it; null for
   *     none
   */
  public LocalisationEvaluator(
      BoxPredictor predictor, ClassificationEvaluator.Options options, @Nullable Box meanBox) {
    this.predictor = predictor;
    this.options = options;
    this.meanBox = meanBox;
  }

  /**
   * Localises the images of a set in their order.
   *
   * @param images with boxes
   * @param each receives every answer
   * @throws IOException if too many images are unreadable, or none is readable
   * @throws IllegalArgumentException if the images have no boxes
   */
  public LocalisationResult evaluate(
      ImageSet images, UnreadableImages unreadable, Consumer<LocatedImage> each)
      throws IOException, InterruptedException {
    ObjectBoxes boxes = images.boxes();
    if (boxes == null) {
      throw new IllegalArgumentException("images must have boxes to be localised: have none");
    }
    long start = System.nanoTime();
    Tally tally = new Tally(each);
    new ImageBatches(images, unreadable, options)
        .forEach(batch -> localise(batch, boxes, unreadable, tally));
    if (tally.images == 0) {
      throw new DataException(images.root() + ": no image could be read");
    }
    return tally.result(unreadable.count(), (System.nanoTime() - start) / 1e9);
  }

  private void localise(
      List<ImageBatches.Decoded> batch, ObjectBoxes boxes, UnreadableImages unreadable, Tally tally)
      throws ImageRejectedException, IOException {
    List<LocatedPrediction> predictions =
        predictor.predict(
            batch.stream().map(ImageBatches.Decoded::image).toList(),
            batch.stream().map(decoded -> decoded.sample().classIndex()).toList());
    for (int i = 0; i < batch.size(); i++) {
      ImageBatches.Decoded decoded = batch.get(i);
      Size size = decoded.image().originalSize();
      List<Box> truths;
      try {
        truths = boxes.of(decoded.index(), size);
      } catch (DataException e) {
        unreadable.report(decoded.sample().path(), String.valueOf(e.getMessage()));
        continue;
      }
      tally.add(
          new LocatedImage(
              decoded.sample().path(),
              decoded.sample().classIndex(),
              size,
              truths,
              predictions.get(i)));
    }
  }

  /** The sums. */
  private final class Tally {
    private final Consumer<LocatedImage> each;
    private final Overlap.Sum ofTruth = new Overlap.Sum();
    private final Overlap.Sum ofBestWindow = new Overlap.Sum();
    private final Overlap.Sum ofWhole = new Overlap.Sum();
    private final Overlap.Sum ofMean = new Overlap.Sum();
    private final ClassTally classes = new ClassTally();
    private int images;
    private boolean ranked;

    Tally(Consumer<LocatedImage> each) {
      this.each = each;
    }

    void add(LocatedImage image) {
      LocatedPrediction said = image.prediction();
      List<Box> truths = image.truths();
      images++;
      ofTruth.add(said.ofTruth(), truths);
      ofBestWindow.add(said.ofBestWindow(), truths);
      ofWhole.add(Box.whole(image.size()), truths);
      if (meanBox != null) {
        ofMean.add(meanBox.scaled(image.size().width(), image.size().height()), truths);
      }
      ranked |= !said.ranked().isEmpty();
      classes.add(image.classIndex(), truths, said.ranked(), said.boxes());
      each.accept(image);
    }

    LocalisationResult result(int unreadable, double seconds) {
      return new LocalisationResult(
          images,
          unreadable,
          ofTruth.mean(),
          ranked ? ofBestWindow.mean() : null,
          ranked ? classes.errors() : null,
          new LocalisationResult.Baselines(ofWhole.mean(), meanBox == null ? null : ofMean.mean()),
          seconds);
    }
  }
}
