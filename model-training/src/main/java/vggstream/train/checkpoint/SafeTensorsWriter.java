package vggstream.train.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * Writes float tensors as a safetensors file (huggingface/safetensors, "Format"): the header's
 * length (u64), the header (JSON), the values; all little-endian, one tensor in memory at a time.
 */
final class SafeTensorsWriter {
  static final int ALIGNMENT = 8;

  private SafeTensorsWriter() {}

  /**
   * Writes a new file and forces it to disk.
   *
   * @throws IOException if it cannot be written
   * @throws NotFiniteException if a value is infinite or not a number
   */
  static void write(Path file, List<TensorSource> tensors) throws IOException {
    byte[] header = header(tensors);
    long largest = tensors.stream().mapToLong(TensorSource::elements).max().orElse(0);
    ByteBuffer values =
        ByteBuffer.allocateDirect(Math.toIntExact(largest * Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      writeFully(channel, length.putLong(0, header.length));
      writeFully(channel, ByteBuffer.wrap(header));
      for (TensorSource tensor : tensors) {
        int n = Math.toIntExact(tensor.elements());
        FloatBuffer floats = values.clear().asFloatBuffer();
        tensor.read().accept(floats);
        for (int i = 0; i < n; i++) {
          if (!Float.isFinite(floats.get(i))) {
            throw new NotFiniteException(
                "values of %s must be finite: number %d was %s"
                    .formatted(tensor.name(), i, floats.get(i)));
          }
        }
        writeFully(channel, values.limit(n * Float.BYTES));
      }
      channel.force(true);
    }
  }

  private static byte[] header(List<TensorSource> tensors) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    root.putObject("__metadata__").put("format", "vgg-stream checkpoint");
    long offset = 0;
    for (TensorSource tensor : tensors) {
      if (root.has(tensor.name())) {
        throw new IllegalArgumentException("tensor names must be unique: was " + tensor.name());
      }
      ObjectNode entry = root.putObject(tensor.name()).put("dtype", "F32");
      tensor.shape().forEach(entry.putArray("shape")::add);
      long end = offset + tensor.elements() * Float.BYTES;
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] text = json.writeValueAsBytes(root);
    int padded = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] header = new byte[padded];
    Arrays.fill(header, (byte) ' ');
    System.arraycopy(text, 0, header, 0, text.length);
    return header;
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
