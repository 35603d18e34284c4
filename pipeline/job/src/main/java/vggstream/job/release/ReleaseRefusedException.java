package vggstream.job.release;

import vggstream.job.codec.DeadLetterReason;
import vggstream.model.ModelException;

/** A release that cannot be put into service. */
public final class ReleaseRefusedException extends ModelException {
  private static final long serialVersionUID = 1L;

  private final DeadLetterReason reason;

  ReleaseRefusedException(DeadLetterReason reason, String message) {
    super(message);
    this.reason = reason;
  }

  ReleaseRefusedException(DeadLetterReason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** For programs. */
  public DeadLetterReason reason() {
    return reason;
  }
}
