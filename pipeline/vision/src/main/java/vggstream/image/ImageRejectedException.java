package vggstream.image;

/** An image that cannot or must not be decoded. The message states the rule and the value. */
public final class ImageRejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why an image is refused. Names as they appear in dead letters. */
  public enum Reason {
    /** No bytes. */
    EMPTY,
    /** More bytes or pixels than {@link ImageLimits} allows. */
    TOO_LARGE,
    /** None of {@link ImageFormat}, or a variant of one that is not read. */
    UNSUPPORTED_FORMAT,
    /** A width or height of zero. */
    ZERO_SIZED,
    /** The data ends before the image does. */
    TRUNCATED,
    /** The data contradicts its format. */
    CORRUPT
  }

  private final Reason reason;

  public ImageRejectedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
