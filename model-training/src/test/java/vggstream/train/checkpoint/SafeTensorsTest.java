package vggstream.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsTest {
  @TempDir private Path root;

  private static TensorSource tensor(String name, List<Long> shape, float... values) {
    return new TensorSource(name, shape, into -> into.put(0, values));
  }

  @Test
  void tensorsReadBackAsTheyWereWritten() throws IOException {
    Path file = root.resolve("t");
    SafeTensorsWriter.write(
        file,
        List.of(
            tensor("a.weight", List.of(2L, 3L), 1, -2, 3.5f, Float.MIN_VALUE, -0f, 6),
            tensor("a.bias", List.of(1L), 7)));
    try (SafeTensors read = SafeTensors.open(file)) {
      assertEquals(List.of("a.weight", "a.bias"), List.copyOf(read.names()));
      assertEquals(List.of(2L, 3L), read.shape("a.weight"));
      float[] values = new float[6];
      read.read("a.weight", FloatBuffer.wrap(values));
      assertArrayEquals(new float[] {1, -2, 3.5f, Float.MIN_VALUE, -0f, 6}, values);
      assertThrows(IOException.class, () -> read.read("b", FloatBuffer.allocate(1)));
    }
  }

  @Test
  void aTensorLargerThanAChunkReadsBack() throws IOException {
    Path file = root.resolve("t");
    int n = 2_500_003;
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = i;
    }
    SafeTensorsWriter.write(file, List.of(tensor("x", List.of((long) n), values)));
    FloatBuffer read = FloatBuffer.allocate(n);
    try (SafeTensors opened = SafeTensors.open(file)) {
      opened.read("x", read);
      float[] piece = new float[5];
      opened.read("x", n - 7, FloatBuffer.wrap(piece));
      assertArrayEquals(Arrays.copyOfRange(values, n - 7, n - 2), piece);
      assertThrows(
          IndexOutOfBoundsException.class, () -> opened.read("x", n - 4, FloatBuffer.wrap(piece)));
    }
    assertArrayEquals(values, read.array());
  }

  /** Reads the bytes as the format's description says, without this project's reader. */
  @Test
  void theFileIsAsTheFormatSays() throws IOException {
    Path file = root.resolve("t");
    SafeTensorsWriter.write(
        file, List.of(tensor("x", List.of(2L), 1, 2), tensor("y", List.of(1L, 1L), 3)));
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = Math.toIntExact(bytes.getLong());
    assertEquals(0, length % 8, "data begin at a multiple of 8");
    byte[] header = new byte[length];
    bytes.get(header);
    JsonNode json = new ObjectMapper().readTree(new String(header, StandardCharsets.UTF_8));
    assertEquals(
        "{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[8,12]}", json.get("y").toString());
    assertEquals(1, bytes.getFloat());
    assertEquals(2, bytes.getFloat());
    assertEquals(3, bytes.getFloat());
    assertEquals(0, bytes.remaining());
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    Path file = root.resolve("t");
    SafeTensorsWriter.write(file, List.of(tensor("x", List.of(2L), 1, 2)));
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 7, 8, 20, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThrows(IOException.class, () -> SafeTensors.open(file), "length " + length);
    }
  }

  @Test
  void aValueThatIsNotFiniteIsRefused() {
    NotFiniteException e =
        assertThrows(
            NotFiniteException.class,
            () ->
                SafeTensorsWriter.write(
                    root.resolve("t"), List.of(tensor("x", List.of(2L), 1, Float.NaN))));
    assertTrue(e.getMessage().contains("x must be finite: number 1"), e.getMessage());
  }
}
