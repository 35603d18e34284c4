package vggstream.job.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import vggstream.job.codec.AvroBytes.MalformedException;
import vggstream.job.config.FileUri;

/**
 * Reads Kafka records as {@link vggstream.schema.ModelRelease}s. Never throws: what says nothing is
 * {@link ReleaseReading.Invalid}. Thread-safe.
 */
public final class ReleaseReader {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** Reads one record. */
  public ReleaseReading read(SourceRecord record) {
    byte[] value = record.value();
    try {
      return value == null ? retired(record) : read(record, new AvroBytes(value));
    } catch (MalformedException e) {
      return new ReleaseReading.Invalid("the value is not a ModelRelease: " + e.getMessage());
    }
  }

  private static ReleaseReading retired(SourceRecord record) {
    ModelRole role = role(key(record));
    if (role == null) {
      return new ReleaseReading.Invalid(
          "the key of a tombstone must be CANARY or SHADOW: was '%s'".formatted(key(record)));
    }
    return role == ModelRole.PRIMARY
        ? new ReleaseReading.Invalid(
            "the PRIMARY cannot be retired, only replaced: publish another release")
        : new ReleaseReading.Retired(role);
  }

  /** The fields in the order of the schema, which is frozen (a test compares the two). */
  private static ReleaseReading read(SourceRecord record, AvroBytes avro)
      throws MalformedException {
    String roleName = avro.readString();
    String name = avro.readString();
    String version = avro.readString();
    String uri = avro.readString();
    String sha256 = avro.readString();
    double share = avro.readDouble();
    avro.readStringMap();
    if (avro.remaining() > 0) {
      throw new MalformedException(
          "a record must end with its last field: %d bytes follow".formatted(avro.remaining()));
    }
    ModelRole role = role(roleName);
    if (role == null) {
      return new ReleaseReading.Invalid(
          "role must be one of %s: was '%s'"
              .formatted(Arrays.toString(ModelRole.values()), roleName));
    }
    if (!roleName.equals(key(record))) { // or compaction would keep the wrong ones
      return new ReleaseReading.Invalid(
          "the key must be the role, %s: was '%s'".formatted(roleName, key(record)));
    }
    try {
      FileUri.parse(uri);
    } catch (IllegalArgumentException e) {
      return new ReleaseReading.Invalid("uri " + e.getMessage());
    }
    if (!SHA256.matcher(sha256).matches()) {
      return new ReleaseReading.Invalid(
          "sha256 must be 64 lower-case hexadecimal digits: was '%s'".formatted(sha256));
    }
    if (role != ModelRole.CANARY) {
      share = 1;
    } else if (!(share >= 0 && share <= 1)) {
      return new ReleaseReading.Invalid("share must be within 0..1: was " + share);
    }
    return new ReleaseReading.Released(new Release(role, name, version, uri, sha256, share));
  }

  private static String key(SourceRecord record) {
    byte[] key = record.key();
    return key == null ? "" : new String(key, StandardCharsets.UTF_8);
  }

  private static @Nullable ModelRole role(String name) {
    return Arrays.stream(ModelRole.values())
        .filter(r -> r.name().equals(name))
        .findFirst()
        .orElse(null);
  }
}
