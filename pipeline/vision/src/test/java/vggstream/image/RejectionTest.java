package vggstream.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static vggstream.image.TestImages.assertRejected;
import static vggstream.image.TestImages.decoded;
import static vggstream.image.TestImages.picture;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import vggstream.image.ImageRejectedException.Reason;

class RejectionTest {
  private static final int RGB = BufferedImage.TYPE_INT_RGB;

  @Test
  void truncatedAnywhereIsRejectedOrUnharmed() throws Exception {
    for (Map.Entry<String, byte[]> sample : SampleImages.all().entrySet()) {
      byte[] whole = sample.getValue();
      int[] pixels = decoded(whole);
      int accepted = 0;
      for (int length = 1; length < whole.length; length += length < whole.length - 80 ? 17 : 1) {
        try {
          assertArrayEquals(pixels, decoded(Arrays.copyOf(whole, length)), sample.getKey());
          accepted++;
        } catch (ImageRejectedException e) {
          assertTrue(e.getMessage().length() > 10);
        }
      }
      // at most an end marker or padding may be missing
      assertTrue(accepted <= 4, sample.getKey() + " accepted truncated: " + accepted);
    }
  }

  @Test
  void jpegCutShortButEndedByAMarkerIsRejected() throws Exception {
    for (boolean progressive : new boolean[] {false, true}) {
      byte[] whole = TestImages.jpeg(picture(160, 120, RGB), progressive, 0.8f);
      int accepted = 0;
      for (int length = 700; length < whole.length - 40; length += 97) {
        byte[] cut = Arrays.copyOf(whole, length + 2);
        cut[length] = (byte) 0xff;
        cut[length + 1] = (byte) 0xd9;
        if (whole[length - 1] == (byte) 0xff) {
          continue;
        }
        try {
          decoded(cut);
          // a progressive one may end between two scans: coarser, but whole
          assertTrue(progressive, "cut at " + length);
          accepted++;
        } catch (ImageRejectedException e) {
          assertTrue(e.reason() != Reason.UNSUPPORTED_FORMAT);
        }
      }
      assertTrue(accepted <= 2, "cuts accepted: " + accepted);
    }
  }

  @Test
  void jpegWithoutItsLastBlockIsRejected() throws Exception {
    FlatJpeg whole =
        new FlatJpeg(64, 64, SampleImages.ramp(), SampleImages.ramp(), SampleImages.ramp());
    decoded(whole.bytes());
    assertRejected(Reason.CORRUPT, whole.omitLastBlocks(8).bytes());
    assertRejected(
        Reason.CORRUPT,
        new FlatJpeg(64, 64, SampleImages.ramp()).progressive().omitLastBlocks(8).bytes());
    assertRejected(
        Reason.CORRUPT,
        new FlatJpeg(64, 64, SampleImages.ramp()).restartEvery(8).omitLastBlocks(8).bytes());
    decoded(new FlatJpeg(64, 64, SampleImages.ramp()).progressive().bytes());
  }

  @Test
  void jpegWithALostRestartIntervalIsRejected() {
    byte[] whole = new FlatJpeg(64, 64, SampleImages.ramp()).restartEvery(8).bytes();
    int first = markerOffset(whole, 0xd2);
    int second = markerOffset(whole, 0xd3);
    byte[] lost = new byte[whole.length - (second - first)];
    System.arraycopy(whole, 0, lost, 0, first);
    System.arraycopy(whole, second, lost, first, whole.length - second);
    assertRejected(Reason.CORRUPT, lost);
  }

  private static int markerOffset(byte[] jpeg, int marker) {
    for (int i = 0; i + 1 < jpeg.length; i++) {
      if (jpeg[i] == (byte) 0xff && jpeg[i + 1] == (byte) marker) {
        return i;
      }
    }
    return fail("no marker " + marker);
  }

  @Test
  void changedPngIsRejectedByItsChecksum() throws Exception {
    byte[] png = SampleImages.all().get("png");
    png[png.length / 2] ^= 1;
    assertRejected(Reason.CORRUPT, png);
  }

  @Test
  void pngWithTooFewRowsIsRejected() {
    byte[] png = new TestPng(3, 4, 8, 0).rows(new int[3], new int[3], new int[3]).end();
    assertRejected(Reason.CORRUPT, png);
  }

  @Test
  void nothingAndUnknownFormatsAreRejected() {
    assertRejected(Reason.EMPTY, new byte[0]);
    assertRejected(Reason.UNSUPPORTED_FORMAT, "hello, world".getBytes(StandardCharsets.US_ASCII));
    assertRejected(Reason.UNSUPPORTED_FORMAT, new byte[] {(byte) 0xff});
  }

  @Test
  void zeroSizesAreRejected() {
    assertRejected(Reason.ZERO_SIZED, new TestPng(0, 5, 8, 2).rows(new int[0]).end());
    assertRejected(Reason.ZERO_SIZED, new FlatJpeg(8, 0, new int[] {1}).bytes());
    assertRejected(Reason.ZERO_SIZED, new FlatJpeg(0, 8, new int[] {1}).bytes());
    assertRejected(
        Reason.ZERO_SIZED, TestImages.tiff(0, 3, 8, 1, ByteOrder.LITTLE_ENDIAN, 1, 2, 3));
    byte[] gif = "GIF89a\0\0\1\0\0\0\0;".getBytes(StandardCharsets.ISO_8859_1);
    assertRejected(Reason.ZERO_SIZED, gif);
  }

  @Test
  void limitsAreCheckedBeforeAnythingIsDecoded() throws Exception {
    assertRejected(Reason.TOO_LARGE, new TestPng(8000, 8000, 8, 2).end()); // has no data at all
    assertRejected(Reason.TOO_LARGE, new FlatJpeg(65535, 65535).bytes());
    byte[] jpeg = SampleImages.all().get("jpeg");
    ImageDecoder strict = new ImageDecoder(new ImageLimits(jpeg.length - 1, 57 * 35));
    assertReason(Reason.TOO_LARGE, strict, jpeg);
    assertReason(Reason.TOO_LARGE, new ImageDecoder(new ImageLimits(1 << 20, 57 * 35 - 1)), jpeg);
    new ImageDecoder(new ImageLimits(jpeg.length, 57 * 35)).decode(ByteBuffer.wrap(jpeg)).close();
  }

  private static void assertReason(Reason reason, ImageDecoder decoder, byte[] encoded) {
    try (RgbImage image = decoder.decode(ByteBuffer.wrap(encoded))) {
      fail("decoded " + image.size());
    } catch (ImageRejectedException e) {
      assertTrue(e.reason() == reason, e.getMessage());
    }
  }
}
