package vggstream.train.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.image.ImageRejectedException;
import vggstream.image.Rescale;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.train.data.DataException;
import vggstream.train.data.ImageFolder;
import vggstream.train.data.ImageSet;
import vggstream.train.data.TestImages;
import vggstream.train.data.UnreadableImages;

class ClassificationEvaluatorTest {
  private static final int CLASSES = 8;

  @TempDir private Path root;
  private final List<RgbImage> seen = new ArrayList<>();

  /** The red of an image's first pixel, which tells the class that the fake answers. */
  private static int red(RgbImage image) {
    ByteBuffer pixels = ByteBuffer.allocateDirect((int) image.size().pixels() * 3);
    Rescale.rescale(image, image.size(), pixels);
    return Byte.toUnsignedInt(pixels.get(0));
  }

  /** Ranks the class told by red first, then the one after it, and so on around. */
  private List<double[]> answer(List<RgbImage> images) {
    seen.addAll(images);
    return images.stream()
        .map(
            image -> {
              double[] posterior = new double[CLASSES];
              for (int k = 0; k < CLASSES; k++) {
                posterior[(red(image) + k) % CLASSES] = (CLASSES - k) / 36.0;
              }
              return posterior;
            })
        .toList();
  }

  private void image(int classIndex, int number, int red) throws Exception {
    TestImages.plain(
        root.resolve("c" + classIndex + "/" + number + ".png"), new Size(4, 5), red, 0, 0);
  }

  private ImageSet images() throws Exception {
    List<String> labels = new ArrayList<>();
    for (int c = 0; c < CLASSES; c++) {
      labels.add("c" + c);
    }
    return ImageFolder.read(root, labels);
  }

  private static ClassificationEvaluator.Options options(int batch) {
    return new ClassificationEvaluator.Options(batch, 2, 32, 2);
  }

  @Test
  void errorsAreCountedAtOneAndAtFive() throws Exception {
    image(0, 1, 0); // right
    image(1, 1, 0); // second
    image(4, 1, 0); // fifth
    image(5, 1, 0); // sixth
    ImageSet images = images();
    List<ImagePrediction> predictions = new ArrayList<>();
    ClassificationResult result =
        new ClassificationEvaluator(this::answer, options(3))
            .evaluate(images, new UnreadableImages(images, 0), predictions::add);
    assertEquals(4, result.images());
    assertEquals(0.75, result.top1Error());
    assertEquals(0.25, result.top5Error());
    assertEquals(
        List.of("c0/1.png", "c1/1.png", "c4/1.png", "c5/1.png"),
        predictions.stream().map(ImagePrediction::path).toList());
    assertEquals(2, predictions.get(0).predictions().size());
    assertEquals("c0", predictions.get(3).predictions().get(0).label());
    assertTrue(result.imagesPerSecond() > 0);
  }

  @Test
  void everyImageIsClosed() throws Exception {
    for (int i = 0; i < 7; i++) {
      image(0, i, 0);
    }
    ImageSet images = images();
    new ClassificationEvaluator(this::answer, options(2))
        .evaluate(images, new UnreadableImages(images, 0), p -> {});
    assertEquals(7, seen.size());
    for (RgbImage image : seen) {
      assertThrows(RuntimeException.class, () -> red(image));
    }
  }

  @Test
  void unreadableImagesAreLeftOutAndReported() throws Exception {
    image(0, 1, 0);
    image(0, 2, 0);
    Files.writeString(root.resolve("c0/3.png"), "no image");
    ImageSet images = images();
    UnreadableImages unreadable = new UnreadableImages(images, 0.5);
    ClassificationResult result =
        new ClassificationEvaluator(this::answer, options(2)).evaluate(images, unreadable, p -> {});
    assertEquals(2, result.images());
    assertEquals(1, result.unreadable());
    assertEquals(List.of("c0/3.png"), List.copyOf(unreadable.reasons().keySet()));
    assertThrows(
        DataException.class,
        () ->
            new ClassificationEvaluator(this::answer, options(2))
                .evaluate(images, new UnreadableImages(images, 0), p -> {}));
  }

  @Test
  void anImageThatThePredictorRejectsDoesNotTakeItsBatchAlong() throws Exception {
    image(0, 1, 0);
    image(0, 2, 99);
    image(0, 3, 0);
    ImageSet images = images();
    UnreadableImages unreadable = new UnreadableImages(images, 0.5);
    Predictor choosy =
        batch -> {
          for (RgbImage image : batch) {
            if (red(image) == 99) {
              throw new ImageRejectedException(ImageRejectedException.Reason.TOO_LARGE, "too red");
            }
          }
          return answer(batch);
        };
    ClassificationResult result =
        new ClassificationEvaluator(choosy, options(3)).evaluate(images, unreadable, p -> {});
    assertEquals(2, result.images());
    assertEquals("too red", unreadable.reasons().get("c0/2.png"));
  }
}
