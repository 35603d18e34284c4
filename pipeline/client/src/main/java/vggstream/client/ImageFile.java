package vggstream.client;

import java.nio.file.Path;

/**
 * A file that becomes an event.
 *
 * @param path of the file
 * @param eventId of the event; not empty
 * @param source of the event, the Kafka key; not empty
 */
public record ImageFile(Path path, String eventId, String source) {
  public ImageFile {
    if (eventId.isEmpty() || source.isEmpty()) {
      throw new IllegalArgumentException(
          "eventId and source must not be empty: were '%s', '%s'".formatted(eventId, source));
    }
  }
}
