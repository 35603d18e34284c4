package vggstream.job.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;
import vggstream.schema.ModelRelease;

class ReleaseReaderTest {
  private static final String SHA256 = "0123456789abcdef".repeat(4);

  private final ReleaseReader reader = new ReleaseReader();

  private static SourceRecord record(String key, byte[] value) {
    return new SourceRecord(
        key == null ? null : key.getBytes(StandardCharsets.UTF_8), value, "models", 0, 3);
  }

  private static byte[] encode(String role, String uri, String sha256, double share)
      throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new SpecificDatumWriter<>(ModelRelease.class)
        .write(new ModelRelease(role, "n", "v", uri, sha256, share, Map.of("k", "v")), encoder);
    encoder.flush();
    return out.toByteArray();
  }

  @Test
  void releaseIsReadAsAvroWritesIt() throws Exception {
    assertEquals(
        new ReleaseReading.Released(
            new Release(ModelRole.CANARY, "n", "v", "s3://b/k", SHA256, 0.125)),
        reader.read(record("CANARY", encode("CANARY", "s3://b/k", SHA256, 0.125))));
  }

  @Test
  void shareOfOtherRolesIsNotLookedAt() throws Exception {
    assertEquals(
        new ReleaseReading.Released(
            new Release(ModelRole.PRIMARY, "n", "v", "s3://b/k", SHA256, 1)),
        reader.read(record("PRIMARY", encode("PRIMARY", "s3://b/k", SHA256, Double.NaN))));
  }

  @Test
  void tombstoneRetiresCanaryAndShadowButNotThePrimary() {
    assertEquals(new ReleaseReading.Retired(ModelRole.CANARY), reader.read(record("CANARY", null)));
    assertEquals(new ReleaseReading.Retired(ModelRole.SHADOW), reader.read(record("SHADOW", null)));
    requireInvalid("cannot be retired", record("PRIMARY", null));
    requireInvalid("the key of a tombstone", record(null, null));
  }

  @Test
  void brokenRulesAreNamed() throws Exception {
    requireInvalid("role must be one of", record("X", encode("X", "s3://b/k", SHA256, 1)));
    requireInvalid(
        "the key must be the role", record("CANARY", encode("SHADOW", "s3://b/k", SHA256, 1)));
    requireInvalid("uri must be like", record("SHADOW", encode("SHADOW", "v2.onnx", SHA256, 1)));
    requireInvalid(
        "uri must have no password",
        record("SHADOW", encode("SHADOW", "s3://key:secret@b/k", SHA256, 1)));
    requireInvalid("sha256 must be", record("SHADOW", encode("SHADOW", "s3://b/k", "AB", 1)));
    requireInvalid(
        "share must be within 0..1: was 1.5",
        record("CANARY", encode("CANARY", "s3://b/k", SHA256, 1.5)));
    requireInvalid(
        "share must be within 0..1: was NaN",
        record("CANARY", encode("CANARY", "s3://b/k", SHA256, Double.NaN)));
  }

  @Test
  void noPrefixOfARecordIsARelease() throws Exception {
    byte[] whole = encode("CANARY", "s3://b/k", SHA256, 0.5);
    for (int length = 0; length < whole.length; length++) {
      requireInvalid("is not a ModelRelease", record("CANARY", Arrays.copyOf(whole, length)));
    }
    requireInvalid(
        "is not a ModelRelease", record("CANARY", Arrays.copyOf(whole, whole.length + 1)));
  }

  private void requireInvalid(String part, SourceRecord record) {
    ReleaseReading reading = reader.read(record);
    assertTrue(
        reading instanceof ReleaseReading.Invalid invalid && invalid.message().contains(part),
        () -> part + ": " + reading);
  }
}
