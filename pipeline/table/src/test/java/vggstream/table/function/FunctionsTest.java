package vggstream.table.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;
import vggstream.image.ImageEncoder;
import vggstream.image.ImageHeader;
import vggstream.image.Size;

class FunctionsTest {
  private static byte[] png(int width, int height) {
    byte[] rgb = new byte[width * height * 3]; // (H, W, 3)
    new Random(3).nextBytes(rgb);
    return ImageEncoder.png(ByteBuffer.wrap(rgb), new Size(width, height));
  }

  private static GenericRowData ranked(int rank, String label) {
    return GenericRowData.of(rank, rank, label == null ? null : StringData.fromString(label), 0.5f);
  }

  @Test
  void topLabelIsTheFirstOnes() {
    TopLabel function = new TopLabel();
    Object[] two = {ranked(1, "owl"), ranked(2, "tick")};
    assertEquals(StringData.fromString("owl"), function.eval(new GenericArrayData(two)));
  }

  @Test
  void topLabelOfNothingIsNull() {
    TopLabel function = new TopLabel();
    assertNull(function.eval(null));
    assertNull(function.eval(new GenericArrayData(new Object[0])));
    assertNull(function.eval(new GenericArrayData(new Object[] {null})));
    assertNull(function.eval(new GenericArrayData(new Object[] {ranked(1, null)})));
  }

  private static GenericRowData box(Float xMin, float yMin, float xMax, float yMax) {
    return GenericRowData.of(
        0, StringData.fromString("a"), 1f, xMin, yMin, xMax, yMax, 0f, 0f, 1f, 1f);
  }

  @Test
  void boxIouIsTheSharedPartOfTheUnion() {
    BoxIou function = new BoxIou();
    assertEquals(1 / 3.0, function.eval(box(0f, 0, 2, 2), box(1f, 0, 3, 2)), 1e-12);
    assertEquals(1 / 3.0, function.eval(0.0, 0.0, 2.0, 2.0, 1.0, 0.0, 3.0, 2.0), 1e-12);
    assertEquals(0.0, function.eval(box(0f, 0, 1, 1), box(1f, 1, 2, 2)));
  }

  @Test
  void boxIouOfWhatIsNoBoxIsNull() {
    BoxIou function = new BoxIou();
    assertNull(function.eval(null, box(0f, 0, 1, 1)));
    assertNull(function.eval(box(0f, 0, 1, 1), null));
    assertNull(function.eval(box(null, 0, 1, 1), box(0f, 0, 1, 1)));
    assertNull(function.eval(box(Float.NaN, 0, 1, 1), box(0f, 0, 1, 1)));
    assertNull(function.eval(0.0, 0.0, Double.POSITIVE_INFINITY, 1.0, 0.0, 0.0, 1.0, 1.0));
  }

  @Test
  void imageInfoReadsTheHeaderAlone() {
    byte[] png = png(31, 20);
    byte[] brokenPixels = png.clone();
    Arrays.fill(brokenPixels, 60, png.length - 20, (byte) 0x55);
    assertEquals(Row.of(31, 20, "PNG"), new ImageInfo().eval(png));
    assertEquals(Row.of(31, 20, "PNG"), new ImageInfo().eval(brokenPixels));
    assertNull(new ImageResize().eval(brokenPixels, 10));
  }

  @Test
  void imageInfoOfWhatIsNoImageIsNull() {
    ImageInfo function = new ImageInfo();
    assertNull(function.eval(null));
    assertNull(function.eval(new byte[0]));
    assertNull(function.eval("GIF89a".getBytes(StandardCharsets.US_ASCII)));
    assertNull(function.eval("no image".getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void imageResizeBringsTheSmallerSideDown() throws Exception {
    byte[] resized = new ImageResize().eval(png(64, 40), 20);
    assertNotNull(resized);
    ImageHeader header = ImageHeader.read(ByteBuffer.wrap(resized));
    assertEquals(new Size(32, 20), header.size());
    assertEquals("JPEG", header.format().name());
  }

  @Test
  void imageResizeEnlargesNothing() throws Exception {
    byte[] resized = new ImageResize().eval(png(64, 40), 1000);
    assertNotNull(resized);
    assertEquals(new Size(64, 40), ImageHeader.read(ByteBuffer.wrap(resized)).size());
  }

  @Test
  void imageResizeOfWhatCannotBeDecodedIsNull() {
    ImageResize function = new ImageResize();
    byte[] png = png(64, 40);
    assertNull(function.eval(null, 20));
    assertNull(function.eval(png, null));
    assertNull(function.eval(png, 0));
    assertNull(function.eval(png, -5));
    assertNull(function.eval(new byte[0], 20));
    assertNull(function.eval(Arrays.copyOf(png, png.length - 40), 20));
  }

  @Test
  void imageResizeRefusesMoreThanTheLimits() {
    ImageResize function = new ImageResize();
    byte[] bomb = png(8, 8);
    ByteBuffer.wrap(bomb).putInt(16, 100_000).putInt(20, 100_000); // 10 gigapixels, it says
    assertNull(function.eval(bomb, 20));
    assertNull(function.eval(new byte[(20 << 20) + 1], 20));
  }

  @Test
  void anyBytesGiveAnAnswerOrNull() {
    byte[] png = png(20, 20);
    Random random = new Random(11);
    for (int i = 0; i < 2000; i++) {
      byte[] broken = png.clone();
      for (int b = 0; b < 1 + random.nextInt(5); b++) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
      }
      new ImageInfo().eval(broken);
      new ImageResize().eval(broken, 8);
    }
  }
}
