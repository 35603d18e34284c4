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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import vggstream.image.ImageRejectedException.Reason;

class RejectionTest {
  private static final int RGB = BufferedImage.TYPE_INT_RGB;

  /** One image of each encoding, small. */
  private static Map<String, byte[]> samples() throws Exception {
    BufferedImage picture = picture(57, 35, RGB);
    byte[] bgra = new byte[57 * 35 * 4];
    new Random(5).nextBytes(bgra);
    Map<String, byte[]> samples = new LinkedHashMap<>();
    samples.put("jpeg", TestImages.jpeg(picture, false, 0.8f));
    samples.put("progressive jpeg", TestImages.jpeg(picture, true, 0.8f));
    samples.put(
        "gray jpeg", TestImages.jpeg(picture(57, 35, BufferedImage.TYPE_BYTE_GRAY), true, 0.8f));
    samples.put("restarting jpeg", new FlatJpeg(64, 64, ramp()).restartEvery(3).bytes());
    samples.put("cmyk jpeg", new FlatJpeg(64, 64, ramp(), ramp(), ramp(), ramp()).adobe(2).bytes());
    for (String format : new String[] {"png", "bmp", "gif", "tiff"}) {
      samples.put(format, TestImages.encoded(picture, format));
    }
    samples.put(
        "alpha png", TestImages.encoded(picture(57, 35, BufferedImage.TYPE_INT_ARGB), "png"));
    int[] data = new Random(6).ints(20 * 10 * 3, 0, 65536).toArray();
    samples.put("tiff 16", TestImages.tiff(20, 10, 16, 6, ByteOrder.BIG_ENDIAN, data));
    samples.put("lossy webp", TestImages.webp(57, 35, Arrays.copyOf(bgra, 57 * 35 * 3), 3, 80));
    samples.put("lossless webp", TestImages.webp(57, 35, bgra, 4, 101));
    samples.put("alpha webp", TestImages.webp(57, 35, bgra, 4, 80));
    return samples;
  }

  private static int[] ramp() {
    return new Random(7).ints(64, 0, 256).toArray();
  }

  @Test
  void truncatedAnywhereIsRejectedOrUnharmed() throws Exception {
    for (Map.Entry<String, byte[]> sample : samples().entrySet()) {
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
    FlatJpeg whole = new FlatJpeg(64, 64, ramp(), ramp(), ramp());
    decoded(whole.bytes());
    assertRejected(Reason.CORRUPT, whole.omitLastBlocks(8).bytes());
    assertRejected(
        Reason.CORRUPT, new FlatJpeg(64, 64, ramp()).progressive().omitLastBlocks(8).bytes());
    assertRejected(
        Reason.CORRUPT, new FlatJpeg(64, 64, ramp()).restartEvery(8).omitLastBlocks(8).bytes());
    decoded(new FlatJpeg(64, 64, ramp()).progressive().bytes());
  }

  @Test
  void jpegWithALostRestartIntervalIsRejected() {
    byte[] whole = new FlatJpeg(64, 64, ramp()).restartEvery(8).bytes();
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
    byte[] png = samples().get("png");
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
    byte[] jpeg = samples().get("jpeg");
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

  @Test
  void hostileBytesGiveNothingButARejectionOrAnImage() throws Exception {
    Random random = new Random(20261122);
    ImageDecoder decoder = new ImageDecoder(new ImageLimits(1 << 20, 100_000));
    long stop = System.nanoTime() + 8_000_000_000L;
    int rejected = 0;
    int decoded = 0;
    for (int round = 0; round < 250 && System.nanoTime() < stop; round++) {
      for (byte[] sample : samples0()) {
        byte[] mutated = mutate(sample, random);
        try (RgbImage image = decoder.decodeFor(ByteBuffer.wrap(mutated), 1 + random.nextInt(30))) {
          decoded += image.size().pixels() > 0 ? 1 : 0;
        } catch (ImageRejectedException e) {
          rejected++;
        }
      }
    }
    assertTrue(rejected > 500 && decoded > 50, rejected + " rejected, " + decoded + " decoded");
  }

  private Map<String, byte[]> samples = Map.of();

  private Iterable<byte[]> samples0() throws Exception {
    if (samples.isEmpty()) {
      samples = samples();
    }
    return samples.values();
  }

  private static byte[] mutate(byte[] sample, Random random) {
    byte[] bytes = sample.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      // headers are where the structure is: half of all changes go there
      int bound = random.nextBoolean() ? Math.min(bytes.length, 200) : bytes.length;
      int at = random.nextInt(bound);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xff : 0);
        case 3 -> bytes = Arrays.copyOf(bytes, at + 1);
        default -> {
          int length = random.nextInt(Math.min(20, bytes.length - at));
          System.arraycopy(sample, 0, bytes, at, Math.min(length, sample.length));
        }
      }
    }
    return bytes;
  }
}
