package vggstream.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.classify.RankedClass;
import vggstream.image.Size;
import vggstream.train.data.ImageFolder;
import vggstream.train.data.ImageSet;
import vggstream.train.data.TestImages;
import vggstream.train.evaluate.ConfusionMatrix;
import vggstream.train.evaluate.ImagePrediction;
import vggstream.train.evaluate.Mistakes;

class PicturesTest {
  private static final int DARKEST = 0x08306b; // all images of a class

  private static BufferedImage read(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  private static long pixels(BufferedImage image, int rgb) {
    long n = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        n += (image.getRGB(x, y) & 0xffffff) == rgb ? 1 : 0;
      }
    }
    return n;
  }

  @Test
  void cellOfAllImagesOfAClassIsDarkest() throws IOException {
    ConfusionMatrix matrix = new ConfusionMatrix(List.of("cat", "dog"));
    for (int i = 0; i < 7; i++) {
      matrix.add(0, 0);
    }
    BufferedImage none = read(ConfusionPicture.png(new ConfusionMatrix(matrix.labels()), "t"));
    BufferedImage one = read(ConfusionPicture.png(matrix, "t"));
    long cell = pixels(one, DARKEST) - pixels(none, DARKEST);
    assertTrue(cell > 64 * 64 * 8 / 10 && cell <= 64 * 64, "one cell but its number: " + cell);
  }

  @Test
  void thousandsOfClassesShareAPicture() throws IOException {
    List<String> labels = new ArrayList<>();
    for (int c = 0; c < 2500; c++) {
      labels.add("class " + c);
    }
    BufferedImage image = read(ConfusionPicture.png(new ConfusionMatrix(labels), "t"));
    assertTrue(image.getWidth() < 1300 && image.getHeight() < 1300);
  }

  @Test
  void worstMistakesAreShownAndOddSizesDoNotStopThem(@TempDir Path root) throws Exception {
    TestImages.plain(root.resolve("c0/red.png"), new Size(40, 30), 255, 0, 0);
    TestImages.plain(root.resolve("c0/long.png"), new Size(2, 400), 0, 255, 0);
    TestImages.plain(root.resolve("c1/other.png"), new Size(8, 8), 0, 0, 255);
    ImageSet images = ImageFolder.read(root);
    Mistakes mistakes = new Mistakes(5);
    mistakes.add(prediction("c0/red.png", 0, 1, 0.9f));
    mistakes.add(prediction("c0/long.png", 0, 1, 0.5f));
    mistakes.add(prediction("c1/other.png", 1, 1, 0.99f));
    BufferedImage sheet = read(ContactSheet.png(images, mistakes, "two mistakes"));
    assertTrue(pixels(sheet, 0xff0000) > 180 * 130, "the first is drawn large");
    assertEquals(0, pixels(sheet, 0x0000ff), "what is right is not shown");
    Files.delete(root.resolve("c0/red.png"));
    assertThrows(IOException.class, () -> ContactSheet.png(images, mistakes, "gone"));
  }

  private static ImagePrediction prediction(String path, int truth, int answer, float probability) {
    return new ImagePrediction(
        path, truth, List.of(new RankedClass(1, answer, "c" + answer, probability)));
  }

  @Test
  void sheetWithoutMistakesSaysSo(@TempDir Path root) throws Exception {
    TestImages.plain(root.resolve("c0/red.png"), new Size(40, 30), 255, 0, 0);
    byte[] png = ContactSheet.png(ImageFolder.read(root), new Mistakes(5), "none");
    assertNotEquals(0, png.length);
  }

  @Test
  void labelsOnPicturesAreBrief() {
    assertEquals("tench", Canvas.brief("n01440764 tench, Tinca tinca"));
    assertEquals("school bus", Canvas.brief("n04146614 school bus"));
    assertEquals("cat", Canvas.brief("cat"));
  }

  @Test
  void mistakesKeepTheMostCertainOnes() {
    Mistakes mistakes = new Mistakes(2);
    mistakes.add(prediction("a", 0, 1, 0.3f));
    mistakes.add(prediction("b", 0, 1, 0.8f));
    mistakes.add(prediction("c", 0, 0, 0.99f));
    mistakes.add(prediction("e", 0, 1, 0.5f));
    mistakes.add(prediction("d", 0, 1, 0.5f));
    assertEquals(4, mistakes.count());
    assertEquals(List.of("b", "d"), mistakes.worst().stream().map(ImagePrediction::path).toList());
  }

  @Test
  void confusionIsWrittenWithLabelsQuotedWhereNeeded() throws IOException {
    ConfusionMatrix matrix = new ConfusionMatrix(List.of("n1 tench, \"Tinca\"", "dog"));
    matrix.add(0, 1);
    matrix.add(0, 1);
    matrix.add(prediction("x", 1, 1, 0.5f));
    StringBuilder csv = new StringBuilder();
    matrix.writeCsv(csv);
    assertEquals(
        """
        true \\ predicted,"n1 tench, ""Tinca""\",dog
        "n1 tench, ""Tinca""\",0,2
        dog,0,1
        """,
        csv.toString());
    assertEquals(2, matrix.images(0));
  }
}
