package vggstream.image;

/**
 * A decoded image: upright (EXIF orientation applied), RGB, uint8, off-heap. Holds native memory
 * until closed. Not thread-safe.
 */
public final class RgbImage implements AutoCloseable {

  RgbImage() {}

  /**
   * Size of the pixels held: the original's, or less if the image was decoded at a reduced scale.
   */
  public Size size() {
    throw new UnsupportedOperationException();
  }

  /** Size of the upright original. */
  public Size originalSize() {
    throw new UnsupportedOperationException();
  }

  public ImageFormat format() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
