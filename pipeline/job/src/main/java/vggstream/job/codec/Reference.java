package vggstream.job.codec;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Where an event's image lies, and what the event says of it.
 *
 * @param uri as the event gives it, not yet checked
 * @param sha256 of the image, 64 lower-case hexadecimal digits; null if not said
 * @param length of the image in bytes; null if not said
 */
public record Reference(String uri, @Nullable String sha256, @Nullable Long length) {

  /**
   * What is wrong with the digest of an image; null if nothing, or none was said.
   *
   * @param said digest of the event
   * @param image encoded, between position and limit
   */
  public static @Nullable String differs(@Nullable String said, ByteBuffer image) {
    if (said == null) {
      return null;
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(image);
      String computed = HexFormat.of().formatHex(digest.digest());
      return computed.equals(said)
          ? null
          : "an image must have the SHA-256 that the event says, %s: has %s"
              .formatted(said, computed);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
