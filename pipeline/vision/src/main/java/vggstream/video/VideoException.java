package vggstream.video;

/** A video that cannot be opened, or read on. The message never holds its uri. */
public final class VideoException extends Exception {
  private static final long serialVersionUID = 1L;

  VideoException(String message) {
    super(message);
  }

  VideoException(String message, Throwable cause) {
    super(message, cause);
  }
}
