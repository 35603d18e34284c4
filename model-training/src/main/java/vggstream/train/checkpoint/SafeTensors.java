package vggstream.train.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A safetensors file of float tensors, open for reading. Not thread-safe. */
final class SafeTensors implements AutoCloseable {
  private static final int MAX_HEADER = 100 << 20; // as in the reference implementation
  private static final int CHUNK = 1 << 22;

  private final Path file;
  private final FileChannel channel;
  private final Map<String, Entry> entries;

  private record Entry(List<Long> shape, long position, long bytes) {}

  private SafeTensors(Path file, FileChannel channel, Map<String, Entry> entries) {
    this.file = file;
    this.channel = channel;
    this.entries = entries;
  }

  /**
   * Opens a file and checks its header against its length.
   *
   * @throws IOException if it is no complete file of float tensors
   */
  static SafeTensors open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new SafeTensors(file, channel, entries(file, channel));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static Map<String, Entry> entries(Path file, FileChannel channel) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(file, channel, length, 0);
    long headerLength = length.getLong(0);
    if (headerLength < 2 || headerLength > Math.min(MAX_HEADER, channel.size() - Long.BYTES)) {
      throw new IOException(
          "%s: the header's length must be within 2..%d and the file: was %d"
              .formatted(file, MAX_HEADER, headerLength));
    }
    ByteBuffer header = ByteBuffer.allocate((int) headerLength);
    readFully(file, channel, header, Long.BYTES);
    JsonNode root = new ObjectMapper().readTree(header.array());
    long data = Long.BYTES + headerLength;
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (!field.getKey().equals("__metadata__")) {
        entries.put(field.getKey(), entry(file, field, data, channel.size()));
      }
    }
    return entries;
  }

  private static Entry entry(Path file, Map.Entry<String, JsonNode> field, long data, long size)
      throws IOException {
    JsonNode node = field.getValue();
    List<Long> shape = new ArrayList<>();
    node.path("shape").forEach(d -> shape.add(d.asLong()));
    long begin = node.path("data_offsets").path(0).asLong(-1);
    long end = node.path("data_offsets").path(1).asLong(-1);
    long bytes = shape.stream().reduce((long) Float.BYTES, Math::multiplyExact);
    if (!node.path("dtype").asText().equals("F32") || begin < 0 || end - begin != bytes) {
      throw new IOException(
          "%s: tensor %s must be F32 with offsets that fit its shape: was %s"
              .formatted(file, field.getKey(), node));
    }
    if (data + end > size) {
      throw new EOFException(
          "%s: ends at byte %d, tensor %s at byte %d"
              .formatted(file, size, field.getKey(), data + end));
    }
    return new Entry(List.copyOf(shape), data + begin, bytes);
  }

  /** Names of the tensors, in the order of the header. */
  Set<String> names() {
    return entries.keySet();
  }

  /** The shape of a tensor. */
  List<Long> shape(String name) throws IOException {
    return find(name).shape();
  }

  /** Copies a tensor's values to the buffer, from its index 0 on. */
  void read(String name, FloatBuffer into) throws IOException {
    int n = Math.toIntExact(find(name).bytes() / Float.BYTES);
    read(name, 0, into.duplicate().clear().limit(n));
  }

  /** Copies a tensor's values from its index {@code first} on to what the buffer has remaining. */
  void read(String name, long first, FloatBuffer into) throws IOException {
    Entry entry = find(name);
    long begin = first * Float.BYTES;
    long bytes = (long) into.remaining() * Float.BYTES;
    if (first < 0 || begin + bytes > entry.bytes()) {
      throw new IndexOutOfBoundsException(
          "values of %s must be within its size: were %d..%d"
              .formatted(name, first, first + into.remaining()));
    }
    ByteBuffer chunk =
        ByteBuffer.allocateDirect((int) Math.min(CHUNK, bytes)).order(ByteOrder.LITTLE_ENDIAN);
    for (long done = 0; done < bytes; done += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), bytes - done));
      readFully(file, channel, chunk, entry.position() + begin + done);
      into.put(chunk.flip().asFloatBuffer());
    }
  }

  private Entry find(String name) throws IOException {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IOException("%s: has no tensor %s".formatted(file, name));
    }
    return entry;
  }

  private static void readFully(Path file, FileChannel channel, ByteBuffer into, long position)
      throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into, position + into.position()) < 0) {
        throw new EOFException(file + ": ends too early, at byte " + channel.size());
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
