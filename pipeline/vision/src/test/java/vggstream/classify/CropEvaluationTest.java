package vggstream.classify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
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
import vggstream.image.Window;
import vggstream.model.JavaModel;
import vggstream.model.ModelCard;
import vggstream.tensor.PixelBatch;

/** Batched crops against one crop at a time, cut pixel by pixel from its definition. */
class CropEvaluationTest {
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

  /** Left edges and top edges of the crops, by the words of the papers. */
  private static List<double[]> places(Cropping cropping, int width, int height, int side) {
    List<double[]> places = new ArrayList<>(); // x, y
    int small = Math.min(width, height);
    switch (cropping) {
      case CENTER -> places.add(new double[] {(width - side) / 2, (height - side) / 2});
      case TEN_CROP -> {
        int x0 = (width - small) / 2; // Krizhevsky 2012, section 2: the central square patch
        int y0 = (height - small) / 2;
        for (double[] f : new double[][] {{0, 0}, {1, 0}, {0, 1}, {1, 1}, {0.5, 0.5}}) {
          places.add(
              new double[] {
                x0 + Math.floor(f[0] * (small - side)), y0 + Math.floor(f[1] * (small - side))
              });
        }
      }
      case CROPS, BOTH -> {
        for (int i = 0; i <= 4; i++) {
          for (int j = 0; j <= 4; j++) {
            places.add(
                new double[] {
                  Math.round(i / 4.0 * (width - side)), Math.round(j / 4.0 * (height - side))
                });
          }
        }
      }
      case DENSE -> throw new AssertionError();
    }
    return places;
  }

  private static double[] cropsAlone(RgbImage image, List<JavaModel> models, Protocol protocol) {
    double[] posterior = new double[CLASSES];
    int views = 0;
    for (JavaModel model : models) {
      int side = model.card().cropSide();
      for (int q : protocol.scales()) {
        Size size = Rescale.toSmallerSide(image.originalSize(), q);
        PixelBatch whole = PixelBatch.allocate(1, size.height(), size.width());
        Rescale.rescale(image, size, whole.slot(0));
        for (double[] place : places(protocol.cropping(), size.width(), size.height(), side)) {
          for (int mirror = 0; mirror < (protocol.flip() ? 2 : 1); mirror++) {
            PixelBatch crop = PixelBatch.allocate(1, side, side);
            for (int y = 0; y < side; y++) {
              for (int x = 0; x < side; x++) {
                int fromX = (int) place[0] + (mirror == 1 ? side - 1 - x : x);
                int from = ((int) place[1] + y) * size.width() + fromX;
                for (int c = 0; c < 3; c++) {
                  crop.slot(0).put((y * side + x) * 3 + c, whole.slot(0).get(from * 3 + c));
                }
              }
            }
            double[] map = model.scoreMap(crop, 0);
            assertEquals(CLASSES, map.length, "one position");
            add(posterior, softMax(map));
            views++;
          }
        }
      }
    }
    int count = views;
    return Arrays.stream(posterior).map(p -> p / count).toArray();
  }

  private static void add(double[] sum, double[] posterior) {
    for (int k = 0; k < CLASSES; k++) {
      sum[k] += posterior[k];
    }
  }

  private static double[] softMax(double[] scores) {
    double z = Arrays.stream(scores).map(Math::exp).sum();
    return Arrays.stream(scores).map(s -> Math.exp(s) / z).toArray();
  }

  private static Protocol protocol(Cropping cropping, String scales, boolean flip) {
    return new Protocol(
        cropping, Arrays.stream(scales.split(",")).map(Integer::valueOf).toList(), flip);
  }

  @ParameterizedTest
  @CsvSource({
    "CENTER, '8', false, 1",
    "CENTER, '11', true, 2",
    "CENTER, '10,17', false, 64",
    "TEN_CROP, '8', true, 3",
    "TEN_CROP, '17', true, 7",
    "TEN_CROP, '10,17,24', true, 64",
    "CROPS, '8', true, 3",
    "CROPS, '13', true, 50",
    "CROPS, '10,17,24', true, 64",
  })
  void posteriorsEqualOneCropAtATime(Cropping cropping, String scales, boolean flip, int maxBatch)
      throws ImageRejectedException {
    Protocol protocol = protocol(cropping, scales, flip);
    List<JavaModel> models = List.of(JavaModel.tiny(7), JavaModel.tiny(8));
    List<RgbImage> images = images();
    List<double[]> posteriors =
        new DenseClassifier(List.copyOf(models), protocol, maxBatch).posteriors(images);
    assertEquals(images.size(), posteriors.size());
    for (int i = 0; i < images.size(); i++) {
      assertArrayEquals(cropsAlone(images.get(i), models, protocol), posteriors.get(i), 1e-6);
      assertEquals(1, Arrays.stream(posteriors.get(i)).sum(), 1e-12);
    }
  }

  @Test
  void bothIsTheMeanOfDenseAndCrops() throws ImageRejectedException {
    Protocol both = protocol(Cropping.BOTH, "10,17", true);
    List<JavaModel> models = List.of(JavaModel.tiny(7), JavaModel.tiny(8));
    List<RgbImage> images = images();
    List<double[]> dense =
        new DenseClassifier(List.copyOf(models), both.withCropping(Cropping.DENSE), 8)
            .posteriors(images);
    List<double[]> posteriors =
        new DenseClassifier(List.copyOf(models), both, 8).posteriors(images);
    for (int i = 0; i < images.size(); i++) {
      double[] crops = cropsAlone(images.get(i), models, both);
      for (int k = 0; k < CLASSES; k++) {
        assertEquals(0.5 * dense.get(i)[k] + 0.5 * crops[k], posteriors.get(i)[k], 1e-6);
      }
    }
  }

  @Test
  void cropsOfSeveralImagesAndScalesFillBatches() throws ImageRejectedException {
    JavaModel model = JavaModel.tiny(7);
    new DenseClassifier(List.of(model), protocol(Cropping.TEN_CROP, "8,16", true), 16)
        .posteriors(List.of(image(16, 16, 1), image(20, 30, 2)));
    assertEquals(List.of("16x8x8", "16x8x8", "8x8x8"), model.runs());
  }

  @Test
  void batchHoldsNoMorePixelsThanOneViewMay() throws ImageRejectedException {
    JavaModel model = JavaModel.tiny(7);
    new DenseClassifier(
            List.of(model), protocol(Cropping.TEN_CROP, "8", true), 64, new RescaleLimit(6 * 64))
        .posteriors(List.of(image(8, 8, 1)));
    assertEquals(List.of("6x8x8", "4x8x8"), model.runs());
  }

  @Test
  void networksOfDifferentCropSidesSeeCropsOfTheirOwn() throws ImageRejectedException {
    Map<String, String> metadata = JavaModel.tinyCard().toMetadata();
    metadata.put("vggstream.crop-side", "12");
    metadata.put("vggstream.training-scale", "12,12");
    JavaModel small = JavaModel.tiny(7);
    JavaModel large = JavaModel.tiny(8, ModelCard.fromMetadata(metadata));
    new DenseClassifier(List.of(large, small), protocol(Cropping.CENTER, "16", false), 4)
        .posteriors(List.of(image(16, 16, 1)));
    assertEquals(List.of("1x8x8"), small.runs());
    assertEquals(List.of("1x12x12"), large.runs());
  }

  @Test
  void imageTooLargeAtAScaleIsRejectedBeforeAnythingRuns() {
    JavaModel model = JavaModel.tiny(7);
    DenseClassifier classifier =
        new DenseClassifier(
            List.of(model), protocol(Cropping.BOTH, "8,16", true), 4, new RescaleLimit(400));
    List<RgbImage> images = List.of(image(16, 16, 1), image(16, 30, 2));
    assertThrows(ImageRejectedException.class, () -> classifier.posteriors(images));
    assertEquals(List.of(), model.runs());
  }

  @Test
  void gridReachesTheEdges() {
    List<Window> grid = Cropping.CROPS.windows(new Size(341, 256), 224);
    assertEquals(25, grid.size());
    assertEquals(List.of(0, 29, 59, 88, 117), grid.subList(0, 5).stream().map(Window::x).toList());
    assertEquals(Window.square(117, 32, 224), grid.get(24));
  }

  @Test
  void tenCropsLieInTheCentralSquare() {
    assertEquals(
        List.of(
            Window.square(42, 0, 224),
            Window.square(74, 0, 224),
            Window.square(42, 32, 224),
            Window.square(74, 32, 224),
            Window.square(58, 16, 224)),
        Cropping.TEN_CROP.windows(new Size(341, 256), 224));
  }

  @Test
  void mirrorImagesBelongToTenCropAndGrid() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> protocol(Cropping.TEN_CROP, "8", false));
    assertTrue(e.getMessage().contains("with ten-crop"), e.getMessage());
    assertTrue(new Protocol(List.of(8), false).withCropping(Cropping.CROPS).flip());
    assertEquals(false, new Protocol(List.of(8), false).withCropping(Cropping.CENTER).flip());
  }
}
