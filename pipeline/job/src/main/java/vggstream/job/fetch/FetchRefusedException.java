package vggstream.job.fetch;

import vggstream.job.codec.DeadLetterReason;

/** An image that cannot be had, now or later. The message states the rule and the value. */
final class FetchRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final DeadLetterReason reason;

  FetchRefusedException(DeadLetterReason reason, String message) {
    super(message);
    this.reason = reason;
  }

  DeadLetterReason reason() {
    return reason;
  }
}
