package vggstream.job.codec;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What came of reading a Kafka record. */
public sealed interface Reading {

  /** An event to be answered. */
  record Event(ImageRequest request) implements Reading {}

  /**
   * Nothing that can be answered.
   *
   * @param eventId if it could be read and is not empty
   * @param reason for programs
   * @param message for people: the rule and the value
   * @param attributes of the event; empty if they could not be read
   */
  record Unreadable(
      @Nullable String eventId,
      DeadLetterReason reason,
      String message,
      Map<String, String> attributes)
      implements Reading {}
}
