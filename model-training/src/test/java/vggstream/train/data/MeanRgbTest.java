package vggstream.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.image.Size;

class MeanRgbTest {
  @TempDir private Path root;

  @Test
  void eachImageWeighsTheSame() throws Exception {
    TestImages.plain(root.resolve("a/1.png"), new Size(10, 10), 0, 10, 255);
    TestImages.plain(root.resolve("a/2.png"), new Size(300, 200), 100, 20, 255);
    ImageSet images = ImageFolder.read(root);
    List<Float> mean = MeanRgb.of(images, 100, new UnreadableImages(images, 0), 2);
    assertEquals(List.of(50f, 15f, 255f), mean);
  }

  @Test
  void theMeanDoesNotDependOnTheNumberOfThreads() throws Exception {
    ImageSet images = ImageFolder.read(TestImages.folder(root, 3, 6, 40));
    UnreadableImages none = new UnreadableImages(images, 0);
    assertEquals(MeanRgb.of(images, 10, none, 1), MeanRgb.of(images, 10, none, 3));
  }

  @Test
  void unreadableImagesAreLeftOutUpToTheLimit() throws IOException, InterruptedException {
    TestImages.plain(root.resolve("a/1.png"), new Size(8, 8), 1, 2, 3);
    Files.writeString(root.resolve("a/2.png"), "no image");
    ImageSet images = ImageFolder.read(root);
    UnreadableImages unreadable = new UnreadableImages(images, 0.5);
    assertEquals(List.of(1f, 2f, 3f), MeanRgb.of(images, 10, unreadable, 1));
    assertEquals(1, unreadable.count());
    assertThrows(
        DataException.class, () -> MeanRgb.of(images, 10, new UnreadableImages(images, 0), 1));
  }
}
