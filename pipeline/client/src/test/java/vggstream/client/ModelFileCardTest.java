package vggstream.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileCardTest {
  @TempDir private Path temp;

  private static void varint(ByteArrayOutputStream out, long value) {
    long left = value;
    while (left > 0x7f) {
      out.write((int) (left & 0x7f | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  private static void bytes(ByteArrayOutputStream out, int field, byte[] bytes) {
    varint(out, field << 3 | 2);
    varint(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static byte[] entry(String key, String value) {
    var out = new ByteArrayOutputStream();
    bytes(out, 1, key.getBytes(StandardCharsets.UTF_8));
    bytes(out, 2, value.getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  /** A version, a graph of 100,000 bytes, and metadata, as onnx.proto numbers them. */
  private static byte[] model(String... metadata) {
    var out = new ByteArrayOutputStream();
    varint(out, 1 << 3);
    varint(out, 8);
    bytes(out, 7, new byte[100_000]);
    for (int i = 0; i < metadata.length; i += 2) {
      bytes(out, 14, entry(metadata[i], metadata[i + 1]));
    }
    return out.toByteArray();
  }

  @Test
  void nameVersionAndDigestAreReadWithoutTheGraph() throws Exception {
    byte[] model = model("vggstream.name", "vgg-ä", "x", "", "vggstream.version", "1.2");
    Path file = Files.write(temp.resolve("m.onnx"), model);
    assertEquals(
        new ModelFileCard(
            "vgg-ä",
            "1.2",
            HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(model))),
        ModelFileCard.read(file));
  }

  @Test
  void fileWithoutACardIsRefused() throws Exception {
    Path file = Files.write(temp.resolve("m.onnx"), model("vggstream.name", "n"));
    var e = assertThrows(ClientException.class, () -> ModelFileCard.read(file));
    assertTrue(e.getMessage().contains("model card"), e.getMessage());
  }

  @Test
  void fileThatIsNotWholeOrNoModelIsRefused() throws Exception {
    byte[] model = model("vggstream.name", "n", "vggstream.version", "1");
    for (int length : new int[] {0, 1, 3, 10, 50_000, model.length - 1}) {
      Path file = Files.write(temp.resolve("m.onnx"), Arrays.copyOf(model, length));
      assertThrows(ClientException.class, () -> ModelFileCard.read(file), "of " + length);
    }
    Path file = Files.writeString(temp.resolve("m.onnx"), "no model");
    assertThrows(ClientException.class, () -> ModelFileCard.read(file));
    assertThrows(ClientException.class, () -> ModelFileCard.read(temp.resolve("none")));
    assertThrows(ClientException.class, () -> ModelFileCard.read(temp));
  }
}
