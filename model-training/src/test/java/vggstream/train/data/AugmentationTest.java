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

  @Test
  void sidesOfWholeImagesAreTheNearestMultiplesOf32AndAtLeastTheCrop() throws Exception {
    Augmentation whole = new Augmentation(64, 128, 64, false).withWholeImages();
    assertEquals(new Size(128, 96), whole.wholeSize(new Size(400, 300), 96)); // 128 x 96
    assertEquals(new Size(96, 128), whole.wholeSize(new Size(300, 401), 89)); // 89 x 119
    assertEquals(new Size(64, 96), whole.wholeSize(new Size(64, 80), 64)); // half up
    assertEquals(
        new Size(96, 96),
        new Augmentation(96, 96, 96, false).withWholeImages().wholeSize(new Size(10, 10), 96));
    ImageRejectedException e =
        assertThrows(ImageRejectedException.class, () -> whole.wholeSize(new Size(2000, 1), 64));
    assertEquals(ImageRejectedException.Reason.TOO_LARGE, e.reason());
    assertTrue(e.getMessage().contains("2000x1"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> new Augmentation(40, 40, 33, true).withWholeImages());
  }

  @Test
  void aWholeImageIsWrittenAsItIsOrMirrored() throws Exception {
    Path file = root.resolve("halves.png");
    Size size = new Size(64, 32);
    ByteBuffer rgb = ByteBuffer.allocate((int) size.pixels() * 3);
    for (int i = 0; i < size.pixels(); i++) {
      rgb.put((byte) (i % 64 < 32 ? 10 : 200)).put((byte) 0).put((byte) 0);
    }
    Files.write(file, ImageEncoder.png(rgb.flip(), size));
    Augmentation whole = new Augmentation(32, 32, 32, true).withWholeImages();
    Set<String> seen = new HashSet<>();
    ByteBuffer target = ByteBuffer.allocateDirect((int) size.pixels() * 3);
    try (RgbImage image = new ImageFiles(ImageLimits.DEFAULT).read(file, 32)) {
      assertEquals(size, whole.wholeSize(image.originalSize(), 32));
      for (int i = 0; i < 20; i++) {
        whole.writeWhole(image, size, 1, 0, i, target);
        seen.add((target.get(0) & 0xff) + " " + (target.get(63 * 3) & 0xff));
      }
    }
    assertEquals(Set.of("10 200", "200 10"), seen);
  }
}
