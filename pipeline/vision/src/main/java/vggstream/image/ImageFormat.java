package vggstream.image;

/** The encodings that are read. Names as they appear in predictions. */
public enum ImageFormat {
  JPEG,
  PNG,
  WEBP,
  BMP,
  TIFF,
  GIF
}
