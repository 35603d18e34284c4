package vggstream.local;

import org.apache.flink.util.SerializedThrowable;

/** What went wrong, in a sentence: of a chain of causes, the first one. */
public final class Failures {
  private Failures() {}

  /** The message of the innermost cause, with its type where the message alone says little. */
  public static String message(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    if (message == null || message.isBlank()) {
      return cause instanceof SerializedThrowable serialized
          ? serialized.getOriginalErrorClassName()
          : cause.getClass().getName();
    }
    return message;
  }
}
