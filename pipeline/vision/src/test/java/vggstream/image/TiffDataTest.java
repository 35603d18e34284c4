package vggstream.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static vggstream.image.TestImages.assertRejected;
import static vggstream.image.TestImages.byJdk;
import static vggstream.image.TestImages.decoded;
import static vggstream.image.TestImages.overWhite;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import vggstream.image.ImageRejectedException.Reason;

/** TIFFs whose strips or tiles are compressed, broken, missing or of a kind that is misread. */
class TiffDataTest {
  private static final int DATA = 8; // offset of the pixels in a file made here

  private static byte[] byJdkWriter(String compression) throws Exception {
    BufferedImage picture = TestImages.picture(211, 97, BufferedImage.TYPE_INT_RGB);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionType(compression);
      writer.setOutput(stream);
      writer.write(null, new IIOImage(picture, null, null), param);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"LZW", "ZLib", "Deflate", "PackBits"})
  void compressedStripsAreReadWholeAndRefusedBroken(String compression) throws Exception {
    byte[] tiff = byJdkWriter(compression);
    assertArrayEquals(byJdk(tiff), decoded(tiff));
    ByteBuffer file = ByteBuffer.wrap(tiff);
    file.order(tiff[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    byte[] broken = tiff.clone();
    // -128 is nothing in PackBits; 0xff no Deflate block, and no LZW code after the first
    byte noise = compression.equals("PackBits") ? (byte) -128 : (byte) 0xff;
    int offset = first(file, 273); // StripOffsets
    Arrays.fill(broken, offset, offset + first(file, 279), noise); // StripByteCounts
    assertRejected(Reason.CORRUPT, broken);
  }

  /** The first value of a tag of type LONG. */
  private static int first(ByteBuffer file, int tag) {
    int directory = file.getInt(4);
    for (int i = 0; i < file.getShort(directory); i++) {
      int entry = directory + 2 + 12 * i;
      if (file.getShort(entry) == tag) {
        int place = file.getInt(entry + 8);
        return file.getInt(entry + 4) == 1 ? place : file.getInt(place);
      }
    }
    throw new AssertionError("no tag " + tag);
  }

  /** A file whose tags are all of type LONG; pixels at {@link #DATA}, 8 bits unless told. */
  private static byte[] tiff(
      byte[] data, int width, int height, int samples, Map<Integer, int[]> more) {
    Map<Integer, int[]> tags = new TreeMap<>();
    tags.put(256, new int[] {width});
    tags.put(257, new int[] {height});
    int[] bits = new int[samples];
    Arrays.fill(bits, 8);
    tags.put(258, bits);
    tags.put(262, new int[] {samples == 1 ? 1 : 2});
    tags.put(273, new int[] {DATA});
    tags.put(277, new int[] {samples});
    tags.put(279, new int[] {data.length});
    tags.putAll(more);
    if (more.containsKey(322)) { // tiles
      tags.remove(273);
      tags.remove(279);
    }
    ByteBuffer file = ByteBuffer.allocate(2000 + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(0).put(data);
    Map<Integer, Integer> places = new TreeMap<>();
    tags.forEach(
        (tag, values) -> {
          places.put(tag, file.position());
          for (int value : values) {
            file.putInt(value);
          }
        });
    file.putInt(4, file.position());
    file.putShort((short) tags.size());
    tags.forEach(
        (tag, values) -> {
          file.putShort(tag.shortValue()).putShort((short) 4);
          file.putInt(values.length).putInt(values.length == 1 ? values[0] : places.get(tag));
        });
    file.putInt(0);
    return Arrays.copyOf(file.array(), file.position());
  }

  private static byte[] ramp(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (100 + i % 100);
    }
    return bytes;
  }

  private static Map<Integer, int[]> tag(int number, int... values) {
    Map<Integer, int[]> tags = new TreeMap<>();
    tags.put(number, values);
    return tags;
  }

  private static Map<Integer, int[]> with(Map<Integer, int[]> tags, int number, int... values) {
    tags.put(number, values);
    return tags;
  }

  @Test
  void stripsThatAreMissingOrTooShortAreRefused() throws Exception {
    byte[] data = ramp(48);
    decoded(tiff(data, 4, 4, 3, Map.of()));
    assertRejected(Reason.CORRUPT, tiff(data, 4, 4, 3, tag(278, 1))); // a strip a row: 1 of 4
    byte[] longer = tiff(data, 4, 400, 3, tag(279, 40));
    assertRejected(Reason.TRUNCATED, longer);
    Map<Integer, int[]> packed = with(tag(259, 32773), 279, 3);
    assertRejected(Reason.CORRUPT, tiff(new byte[] {1, 5, 6}, 4, 4, 3, packed));
  }

  @Test
  void alphaIsComposedOnceHoweverItIsStored() throws Exception {
    byte[] data = {(byte) 100, (byte) 101, (byte) 102, (byte) 103, 20, 30, 40, (byte) 255};
    int[] straight = {overWhite(100, 103), overWhite(101, 103), overWhite(102, 103), 20, 30, 40};
    assertArrayEquals(straight, decoded(tiff(data, 2, 1, 4, tag(338, 2))));
    int[] premultiplied = {100 + 152, 101 + 152, 102 + 152, 20, 30, 40};
    assertArrayEquals(premultiplied, decoded(tiff(data, 2, 1, 4, tag(338, 1))));
    byte[] wide = new byte[16];
    for (int i = 0; i < 8; i++) {
      wide[2 * i] = data[i];
      wide[2 * i + 1] = data[i];
    }
    int[] bits = {16, 16, 16, 16};
    assertArrayEquals(straight, decoded(tiff(wide, 2, 1, 4, with(tag(338, 2), 258, bits))));
    assertArrayEquals(premultiplied, decoded(tiff(wide, 2, 1, 4, with(tag(338, 1), 258, bits))));
  }

  @ParameterizedTest
  @CsvSource({
    "3, 16, 284, 2", // plane by plane: OpenCV reads beyond its buffer
    "1, 16, 262, 0", // 0 is white: OpenCV does not invert
    "1, 16, 262, 3", // a palette: OpenCV gives its indices
    "2, 8, 338, 2", // gray with alpha: OpenCV drops it
    "3, 8, 259, 7", // JPEG in a TIFF
    "3, 8, 262, 6", // YCbCr
    "3, 8, 266, 2", // bits from the low end
    "1, 4, 262, 1",
  })
  void kindsThatWouldBeMisreadAreUnsupported(int samples, int bits, int tag, int value) {
    int[] depth = new int[samples];
    Arrays.fill(depth, bits);
    byte[] file = tiff(ramp(96), 4, 4, samples, with(tag(tag, value), 258, depth));
    assertRejected(Reason.UNSUPPORTED_FORMAT, file);
  }

  @Test
  void tilesMustBeWholeAndNotHoldMuchMoreThanTheImage() throws Exception {
    byte[] data = ramp(16 * 16 * 3);
    Map<Integer, int[]> tiles = with(with(tag(322, 16), 323, 16), 324, DATA, DATA);
    tiles.put(325, new int[] {data.length, data.length});
    tiles.put(259, new int[] {1});
    byte[] cut = tiff(Arrays.copyOf(data, 16), 32, 16, 3, with(tiles, 325, 16, 16));
    assertRejected(Reason.TRUNCATED, cut);
    tiles.put(259, new int[] {8});
    byte[] bomb = tiff(data, 1, 30_000, 3, with(tiles, 322, 16_384));
    assertRejected(Reason.TOO_LARGE, bomb);
  }

  @Test
  void hostileCompressedDataEnds() {
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] data = new byte[1 + random.nextInt(60)];
      random.nextBytes(data);
      for (int compression : new int[] {5, 8, 32773}) {
        refused += TiffData.gives(ByteBuffer.wrap(data), compression, 5000) ? 0 : 1;
      }
    }
    assertTrue(refused > 6000, "refused: " + refused);
  }
}
