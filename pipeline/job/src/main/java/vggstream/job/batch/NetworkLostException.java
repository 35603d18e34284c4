package vggstream.job.batch;

/** The networks fail on any image: the device is lost, or its memory is gone. */
final class NetworkLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param onProbe how a small black image failed
   * @param onImage how the image before it failed
   */
  NetworkLostException(Throwable onProbe, Throwable onImage) {
    super(
        "the networks fail on any image, also on a small black one (%s), so this one is not to blame: %s"
            .formatted(onProbe.getMessage(), onImage.getMessage()),
        onProbe);
    addSuppressed(onImage);
  }
}
