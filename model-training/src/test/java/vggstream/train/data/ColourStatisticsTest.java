package vggstream.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.image.ImageEncoder;
import vggstream.image.Size;

class ColourStatisticsTest {
  @TempDir private Path root;

  @Test
  void eachImageWeighsTheSame() throws Exception {
    TestImages.plain(root.resolve("a/1.png"), new Size(10, 10), 0, 10, 255);
    TestImages.plain(root.resolve("a/2.png"), new Size(300, 200), 100, 20, 255);
    ImageSet images = ImageFolder.read(root);
    List<Float> mean = new ColourStatistics(images, 100, new UnreadableImages(images, 0), 2).mean();
    assertEquals(List.of(50f, 15f, 255f), mean);
  }

  @Test
  void theMeanDoesNotDependOnTheNumberOfThreads() throws Exception {
    ImageSet images = ImageFolder.read(TestImages.folder(root, 3, 6, 40));
    UnreadableImages none = new UnreadableImages(images, 0);
    assertEquals(
        new ColourStatistics(images, 10, none, 1).mean(),
        new ColourStatistics(images, 10, none, 3).mean());
  }

  @Test
  void unreadableImagesAreLeftOutUpToTheLimit() throws IOException, InterruptedException {
    TestImages.plain(root.resolve("a/1.png"), new Size(8, 8), 1, 2, 3);
    Files.writeString(root.resolve("a/2.png"), "no image");
    ImageSet images = ImageFolder.read(root);
    UnreadableImages unreadable = new UnreadableImages(images, 0.5);
    assertEquals(List.of(1f, 2f, 3f), new ColourStatistics(images, 10, unreadable, 1).mean());
    assertEquals(1, unreadable.count());
    assertThrows(
        DataException.class,
        () -> new ColourStatistics(images, 10, new UnreadableImages(images, 0), 1).mean());
  }

  @Test
  void theComponentsAreThoseOfAllPixels() throws Exception {
    Random random = new Random(3);
    double[][] moments = new double[4][4]; // of (1, red, green, blue)
    for (int image = 0; image < 4; image++) {
      Size size = new Size(40, 30);
      ByteBuffer rgb = ByteBuffer.allocate((int) size.pixels() * 3);
      while (rgb.hasRemaining()) {
        double light = 120 + 40 * random.nextGaussian();
        int[] x = {1, 0, 0, 0};
        for (int c = 1; c <= 3; c++) {
          x[c] = Math.max(0, Math.min(255, (int) (light + 5 * c * random.nextGaussian())));
          rgb.put((byte) x[c]);
        }
        for (int a = 0; a < 4; a++) {
          for (int b = 0; b < 4; b++) {
            moments[a][b] += x[a] * x[b];
          }
        }
      }
      Files.createDirectories(root.resolve("a"));
      Files.write(root.resolve("a/" + image + ".png"), ImageEncoder.png(rgb.flip(), size));
    }
    double n = moments[0][0];
    double[][] covariance = new double[3][3];
    for (int a = 0; a < 3; a++) {
      for (int b = 0; b < 3; b++) {
        covariance[a][b] =
            moments[a + 1][b + 1] / n - moments[0][a + 1] / n * moments[0][b + 1] / n;
      }
    }
    PrincipalColours expected = PrincipalColours.of(covariance);
    ImageSet images = ImageFolder.read(root);
    UnreadableImages none = new UnreadableImages(images, 0);
    PrincipalColours colours = new ColourStatistics(images, 100, none, 1).principalColours();
    for (int i = 0; i < 3; i++) {
      assertEquals(expected.deviations().get(i), colours.deviations().get(i), 1e-6);
    }
    assertTrue(colours.deviations().get(0) > 60, colours.toString());
    assertEquals(colours, new ColourStatistics(images, 100, none, 3).principalColours());
  }
}
