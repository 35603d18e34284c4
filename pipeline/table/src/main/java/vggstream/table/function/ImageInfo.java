package vggstream.table.function;

import java.nio.ByteBuffer;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;
import vggstream.image.ImageHeader;
import vggstream.image.ImageRejectedException;

/**
 * {@code IMAGE_INFO(bytes)}: width and height, upright, and format (JPEG, PNG, WEBP, BMP, TIFF,
 * GIF) of an encoded image, read from its header: no pixel is decoded, and no native code runs.
 * NULL where the bytes are NULL or not such a header.
 */
public final class ImageInfo extends ScalarFunction {
  private static final long serialVersionUID = 1L;

  /** See the class. */
  @DataTypeHint("ROW<`width` INT, `height` INT, `format` STRING>")
  public @Nullable Row eval(byte @Nullable [] encoded) {
    if (encoded == null) {
      return null;
    }
    try {
      ImageHeader header = ImageHeader.read(ByteBuffer.wrap(encoded));
      return Row.of(header.size().width(), header.size().height(), header.format().name());
    } catch (ImageRejectedException e) {
      return null;
    }
  }
}
