package vggstream.classify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vggstream.image.ImageDecoder;
import vggstream.image.ImageEncoder;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.Rescale;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.model.DenseModel;
import vggstream.model.JavaModel;
import vggstream.model.ModelCard;
import vggstream.tensor.PixelBatch;

/** The batched path against one view at a time, its score map averaged in Java. */
class DenseClassifierTest {
  private static final int CLASSES = 5;

  private final List<RgbImage> open = new ArrayList<>();

  @AfterEach
  void closeImages() {
    open.forEach(RgbImage::close);
  }

  private RgbImage image(int width, int height, long seed) {
    Size size = new Size(width, height);
    byte[] rgb = new byte[Math.toIntExact(size.pixels() * PixelBatch.CHANNELS)]; // (H, W, 3)
    new Random(seed).nextBytes(rgb);
    byte[] png = ImageEncoder.png(ByteBuffer.wrap(rgb), size);
    try {
      RgbImage decoded = new ImageDecoder(ImageLimits.DEFAULT).decode(ByteBuffer.wrap(png));
      open.add(decoded);
      return decoded;
    } catch (ImageRejectedException e) {
      throw new AssertionError(e);
    }
  }

  private List<RgbImage> images() {
    return List.of(
        image(16, 16, 1), image(23, 16, 2), image(16, 30, 3), image(23, 16, 4), image(9, 40, 5));
  }

  /** Section 3.2, word for word. */
  private static double[] naive(RgbImage image, List<JavaModel> models, Protocol protocol) {
    double[] posterior = new double[CLASSES];
    int views = 0;
    for (JavaModel model : models) {
      for (int q : protocol.scales()) {
        Size size = Rescale.toSmallerSide(image.originalSize(), q);
        PixelBatch both = PixelBatch.allocate(2, size.height(), size.width());
        Rescale.rescale(image, size, both.slot(0));
        Rescale.mirror(both.slot(0), size, both.slot(1));
        for (int slot = 0; slot < (protocol.flip() ? 2 : 1); slot++) {
          double[] softMax = softMax(spatialMean(model.scoreMap(both, slot)));
          for (int k = 0; k < CLASSES; k++) {
            posterior[k] += softMax[k];
          }
          views++;
        }
      }
    }
    int count = views;
    return Arrays.stream(posterior).map(p -> p / count).toArray();
  }

  private static double[] spatialMean(double[] scoreMap) { // (K, h, w)
    double[] mean = new double[CLASSES];
    int positions = scoreMap.length / CLASSES;
    for (int i = 0; i < scoreMap.length; i++) {
      mean[i / positions] += scoreMap[i] / positions;
    }
    return mean;
  }

  private static double[] softMax(double[] scores) {
    double z = Arrays.stream(scores).map(Math::exp).sum();
    return Arrays.stream(scores).map(s -> Math.exp(s) / z).toArray();
  }

  @ParameterizedTest
  @CsvSource({
    "'8', false, 1", // at the crop side: maps of one position for a square
    "'8', true, 2",
    "'16', true, 3",
    "'10,17,24', false, 4",
    "'10,17,24', true, 2",
    "'10,17,24', true, 64",
  })
  void posteriorsEqualOneViewAtATime(String scales, boolean flip, int maxBatch)
      throws ImageRejectedException {
    Protocol protocol =
        new Protocol(Arrays.stream(scales.split(",")).map(Integer::valueOf).toList(), flip);
    JavaModel model = JavaModel.tiny(7);
    List<RgbImage> images = images();
    List<double[]> posteriors =
        new DenseClassifier(List.of(model), protocol, maxBatch).posteriors(images);
    for (int i = 0; i < images.size(); i++) {
      assertArrayEquals(naive(images.get(i), List.of(model), protocol), posteriors.get(i), 1e-6);
      assertEquals(1, Arrays.stream(posteriors.get(i)).sum(), 1e-12);
    }
  }

  @Test
  void orderOfTheImagesDoesNotMatter() throws ImageRejectedException {
    DenseClassifier classifier =
        new DenseClassifier(List.of(JavaModel.tiny(7)), new Protocol(List.of(10, 16), true), 4);
    List<RgbImage> images = new ArrayList<>(images());
    List<double[]> inOrder = classifier.posteriors(images);
    Collections.reverse(images);
    List<double[]> reversed = new ArrayList<>(classifier.posteriors(images));
    Collections.reverse(reversed);
    for (int i = 0; i < images.size(); i++) {
      assertArrayEquals(inOrder.get(i), reversed.get(i), 1e-12);
    }
  }

  @Test
  void ensembleIsTheMeanOfItsNetworks() throws ImageRejectedException {
    Protocol protocol = new Protocol(List.of(10, 16), true);
    List<JavaModel> models = List.of(JavaModel.tiny(7), JavaModel.tiny(8), JavaModel.tiny(9));
    List<RgbImage> images = images();
    List<double[]> posteriors =
        new DenseClassifier(List.copyOf(models), protocol, 8).posteriors(images);
    for (int i = 0; i < images.size(); i++) {
      assertArrayEquals(naive(images.get(i), models, protocol), posteriors.get(i), 1e-6);
    }
  }

  @Test
  void viewsOfOneSizeRunTogetherAcrossImagesAndScales() throws ImageRejectedException {
    JavaModel model = JavaModel.tiny(7);
    DenseClassifier classifier =
        new DenseClassifier(List.of(model), new Protocol(List.of(8, 16), true), 6);
    classifier.posteriors(
        List.of(image(16, 16, 1), image(32, 32, 2), image(20, 20, 3), image(9, 9, 4)));
    assertEquals(List.of("6x8x8", "2x8x8", "6x16x16", "2x16x16"), model.runs());
  }

  @Test
  void batchHoldsNoMorePixelsThanOneViewMay() throws ImageRejectedException {
    JavaModel model = JavaModel.tiny(7);
    DenseClassifier classifier =
        new DenseClassifier(
            List.of(model), new Protocol(List.of(8), false), 64, new RescaleLimit(3 * 64));
    List<RgbImage> images = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      images.add(image(8, 8, i));
    }
    classifier.posteriors(images);
    assertEquals(List.of("3x8x8", "1x8x8"), model.runs());
  }

  @Test
  void imageTooLargeAtAScaleIsRejectedBeforeAnythingRuns() {
    JavaModel model = JavaModel.tiny(7);
    DenseClassifier classifier =
        new DenseClassifier(
            List.of(model), new Protocol(List.of(8, 16), true), 4, new RescaleLimit(400));
    List<RgbImage> images = List.of(image(16, 16, 1), image(16, 30, 2));
    ImageRejectedException e =
        assertThrows(ImageRejectedException.class, () -> classifier.posteriors(images));
    assertEquals(ImageRejectedException.Reason.TOO_LARGE, e.reason());
    assertEquals(List.of(), model.runs());
  }

  @Test
  void noImagesHaveNoPosteriors() throws ImageRejectedException {
    DenseClassifier classifier =
        new DenseClassifier(List.of(JavaModel.tiny(7)), new Protocol(List.of(8), true), 4);
    assertEquals(List.of(), classifier.posteriors(List.of()));
  }

  @Test
  void networksOfDifferentLabelsAreNoEnsemble() {
    ModelCard card = JavaModel.tinyCard();
    List<String> labels = List.of("class-0", "class-1", "cat", "class-3", "class-4");
    JavaModel other = JavaModel.tiny(8, withLabels(card, labels));
    assertRefused(
        "class 2 is class-2 in tiny, cat in tiny", List.of(JavaModel.tiny(7), other), 8, 4);
    JavaModel fewer = JavaModel.tiny(8, withLabels(card, labels.subList(0, 3)));
    assertRefused("tiny has 5, tiny has 3", List.of(JavaModel.tiny(7), fewer), 8, 4);
  }

  private static ModelCard withLabels(ModelCard card, List<String> labels) {
    Map<String, String> metadata = card.toMetadata();
    metadata.put("vggstream.labels", String.join("\n", labels));
    return ModelCard.fromMetadata(metadata);
  }

  @Test
  void whatCannotBeClassifiedWithIsRefused() {
    Map<String, String> metadata = JavaModel.tinyCard().toMetadata();
    metadata.put("vggstream.task", "localise-scr");
    JavaModel localiser = JavaModel.tiny(7, ModelCard.fromMetadata(metadata));
    assertRefused("must be of a task with scores", List.of(localiser), 8, 4);
    assertRefused("models must be at least one", List.of(), 8, 4);
    assertRefused("at least the crop side 8", List.of(JavaModel.tiny(7)), 7, 4);
    assertRefused("maxBatch must be at least 2", List.of(JavaModel.tiny(7)), 8, 1);
  }

  private static void assertRefused(
      String message, List<JavaModel> models, int scale, int maxBatch) {
    List<DenseModel> ensemble = List.copyOf(models);
    Protocol protocol = new Protocol(List.of(scale), true);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new DenseClassifier(ensemble, protocol, maxBatch));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
