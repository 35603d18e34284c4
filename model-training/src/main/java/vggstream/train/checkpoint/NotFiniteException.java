package vggstream.train.checkpoint;

import java.io.IOException;

/** Weights that are infinite or not a number, which are not kept. */
public final class NotFiniteException extends IOException {
  private static final long serialVersionUID = 1L;

  NotFiniteException(String message) {
    super(message);
  }
}
