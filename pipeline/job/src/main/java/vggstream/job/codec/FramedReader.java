package vggstream.job.codec;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import vggstream.avro.FramedAvro;
import vggstream.avro.RegistryException;
import vggstream.avro.RegistryOptions;
import vggstream.avro.SchemaRegistry;
import vggstream.avro.UnknownSchemaException;
import vggstream.schema.ImageEvent;
import vggstream.schema.ModelRelease;

/**
 * Reads Kafka records as events and releases, plain or, with a schema registry, in its wire format.
 * An image is copied only where its event was written with another schema than ours; a dead letter
 * then carries the event in ours. Not thread-safe.
 */
public final class FramedReader {
  private final ImageEventReader events = new ImageEventReader();
  private final ReleaseReader releases = new ReleaseReader();
  private final @Nullable FramedAvro<ImageEvent> framedEvents;
  private final @Nullable FramedAvro<ModelRelease> framedReleases;

  /**
   * @param options null: no registry
   */
  public FramedReader(@Nullable RegistryOptions options) {
    SchemaRegistry registry = options == null ? null : new SchemaRegistry(options);
    framedEvents = registry == null ? null : new FramedAvro<>(ImageEvent.class, registry);
    framedReleases = registry == null ? null : new FramedAvro<>(ModelRelease.class, registry);
  }

  /**
   * Reads a record as an event.
   *
   * @throws RegistryException if the registry does not answer: the record may be fine
   */
  public Reading event(SourceRecord record) throws RegistryException {
    byte[] value = record.value();
    if (framedEvents == null || value == null || !FramedAvro.isFramed(value)) {
      return events.read(record);
    }
    try {
      FramedAvro.Plain plain = framedEvents.plain(value);
      SourceRecord read = plain.bytes() == value ? record : record.withValue(plain.bytes());
      return events.read(read, plain.offset());
    } catch (UnknownSchemaException e) {
      return unreadable(DeadLetterReason.UNKNOWN_SCHEMA, e);
    } catch (IOException e) {
      return unreadable(DeadLetterReason.NOT_AN_IMAGE_EVENT, e);
    }
  }

  private static Reading unreadable(DeadLetterReason reason, IOException e) {
    return new Reading.Unreadable(null, reason, String.valueOf(e.getMessage()), Map.of());
  }

  /**
   * Reads a record as a release.
   *
   * @throws RegistryException if the registry does not answer: the record may be fine
   */
  public ReleaseReading release(SourceRecord record) throws RegistryException {
    byte[] value = record.value();
    if (framedReleases == null || value == null || !FramedAvro.isFramed(value)) {
      return releases.read(record);
    }
    try {
      FramedAvro.Plain plain = framedReleases.plain(value);
      byte[] release = Arrays.copyOfRange(plain.bytes(), plain.offset(), plain.bytes().length);
      return releases.read(record.withValue(release));
    } catch (IOException e) {
      return new ReleaseReading.Invalid(
          "the value is not a ModelRelease: " + String.valueOf(e.getMessage()));
    }
  }
}
