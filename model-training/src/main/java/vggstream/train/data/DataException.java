package vggstream.train.data;

import java.io.IOException;

/** Images that cannot be trained on or evaluated. The message states the path and the rule. */
public final class DataException extends IOException {
  private static final long serialVersionUID = 1L;

  public DataException(String message) {
    super(message);
  }
}
