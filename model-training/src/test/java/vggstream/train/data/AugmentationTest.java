package vggstream.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.image.ImageEncoder;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;
import vggstream.image.Size;

class AugmentationTest {
  @TempDir private Path root;

  @Test
  void everyPlaceAndBothMirrorImagesAreDrawn() throws Exception {
    // red tells the column, green the row
    Size size = new Size(35, 34);
    ByteBuffer rgb = ByteBuffer.allocate((int) size.pixels() * 3);
    for (int y = 0; y < 34; y++) {
      for (int x = 0; x < 35; x++) {
        rgb.put((byte) x).put((byte) y).put((byte) 0);
      }
    }
    Augmentation augmentation = new Augmentation(34, 34, 32, true);
    Path file = root.resolve("ramp.png");
    Files.write(file, ImageEncoder.png(rgb.flip(), size));
    Set<String> views = new HashSet<>();
    ByteBuffer crop = ByteBuffer.allocateDirect(32 * 32 * 3);
    try (RgbImage image = new ImageFiles(ImageLimits.DEFAULT).read(file, 34)) {
      for (int i = 0; i < 400; i++) {
        augmentation.write(image, 34, 1, 0, i, crop);
        int first = crop.get(0);
        int last = crop.get(31 * 3);
        assertEquals(31, Math.abs(first - last));
        views.add(Math.min(first, last) + "," + crop.get(1) + "," + (first > last));
      }
    }
    assertEquals(4 * 3 * 2, views.size(), views.toString());
  }

  @Test
  void everyScaleOfTheRangeIsDrawn() {
    Augmentation augmentation = new Augmentation(256, 258, 224, true);
    Set<Integer> scales = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      scales.add(augmentation.scale(1, 0, i));
    }
    assertEquals(Set.of(256, 257, 258), scales);
    assertEquals(256, new Augmentation(256, 256, 224, false).scale(1, 5, 9));
  }

  @Test
  void anImageThatWouldBecomeTooLargeIsRejected() throws Exception {
    Path file = root.resolve("line.png");
    TestImages.plain(file, new Size(2000, 1), 1, 2, 3);
    Augmentation augmentation = new Augmentation(224, 224, 224, true);
    try (RgbImage image = new ImageFiles(ImageLimits.DEFAULT).read(file, 224)) {
      ImageRejectedException e =
          assertThrows(
              ImageRejectedException.class,
              () ->
                  augmentation.write(
                      image, 224, 1, 0, 0, ByteBuffer.allocateDirect(224 * 224 * 3)));
      assertEquals(ImageRejectedException.Reason.TOO_LARGE, e.reason());
      assertTrue(e.getMessage().contains("448000x224"), e.getMessage());
    }
  }

  @Test
  void aScaleBelowTheCropIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Augmentation(223, 256, 224, true));
    assertThrows(IllegalArgumentException.class, () -> new Augmentation(256, 255, 224, true));
  }
}
