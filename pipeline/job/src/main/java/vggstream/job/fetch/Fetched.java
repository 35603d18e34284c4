package vggstream.job.fetch;

import java.nio.ByteBuffer;
import vggstream.job.codec.DeadLetterReason;

/** What came of fetching an image. */
public sealed interface Fetched {

  /** The encoded image, as long and of the digest that the event says, if it does. */
  record Image(ByteBuffer encoded) implements Fetched {}

  /**
   * It cannot be had.
   *
   * @param reason for programs
   * @param message for people: the rule and the value
   */
  record Refused(DeadLetterReason reason, String message) implements Fetched {}

  /** The process cannot go on: a library is missing, memory is exhausted. */
  record Broken(Throwable cause) implements Fetched {}
}
