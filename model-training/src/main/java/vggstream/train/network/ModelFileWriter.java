package vggstream.train.network;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;

/**
 * Writes a model's protobuf message by hand, for the weights to pass through in blocks: the frame,
 * then field {@code graph} with the nodes, then its repeated field {@code initializer}.
 */
final class ModelFileWriter {
  /** Bytes of weights in memory at a time. */
  private static final int BLOCK = 4 << 20;

  /** Limit of a protobuf message, bytes. */
  private static final long LARGEST = Integer.MAX_VALUE;

  private ModelFileWriter() {}

  /** Where a tensor's values come from. */
  @FunctionalInterface
  interface Values {
    /** Copies values from index {@code first} on, as many as the buffer has remaining. */
    void read(long first, FloatBuffer into);
  }

  /**
   * A tensor of floats.
   *
   * @param elements number of values, the product of the shape
   * @param precision in which they are written
   */
  record Tensor(String name, long[] shape, long elements, Precision precision, Values values) {
    private byte[] header() {
      TensorProto.Builder t =
          TensorProto.newBuilder().setName(name).setDataType(precision.onnxType());
      for (long d : shape) {
        t.addDims(d);
      }
      return t.build().toByteArray();
    }

    private long size(byte[] header) {
      long data = bytes();
      return header.length
          + CodedOutputStream.computeTagSize(TensorProto.RAW_DATA_FIELD_NUMBER)
          + CodedOutputStream.computeUInt64SizeNoTag(data)
          + data;
    }

    private long bytes() {
      return elements * precision.bytes();
    }
  }

  /** Writes a file whole or not at all. */
  static void write(ModelProto frame, GraphProto graph, List<Tensor> tensors, Path file)
      throws IOException {
    Path target = file.toAbsolutePath();
    Path parent = target.getParent();
    if (parent == null) {
      throw new IOException("model file must not be a root: was " + file);
    }
    Path temporary = parent.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel out =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        write(frame, graph, tensors, out);
        out.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void write(
      ModelProto frame, GraphProto graph, List<Tensor> tensors, FileChannel out)
      throws IOException {
    long size = graph.getSerializedSize();
    for (Tensor t : tensors) {
      long tensor = t.size(t.header());
      size +=
          CodedOutputStream.computeTagSize(GraphProto.INITIALIZER_FIELD_NUMBER)
              + CodedOutputStream.computeUInt64SizeNoTag(tensor)
              + tensor;
    }
    if (size + frame.getSerializedSize() + 16 > LARGEST) {
      throw new IOException(
          "a model file must have at most %d bytes: would have %d"
              .formatted(LARGEST, size + frame.getSerializedSize()));
    }
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer floats =
        ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.nativeOrder()).asFloatBuffer();
    put(out, frame.toByteArray());
    put(out, lengthDelimited(ModelProto.GRAPH_FIELD_NUMBER, size));
    put(out, graph.toByteArray());
    for (Tensor t : tensors) {
      byte[] header = t.header();
      put(out, lengthDelimited(GraphProto.INITIALIZER_FIELD_NUMBER, t.size(header)));
      put(out, header);
      put(out, lengthDelimited(TensorProto.RAW_DATA_FIELD_NUMBER, t.bytes()));
      for (long first = 0; first < t.elements(); first += floats.capacity()) {
        int n = (int) Math.min(floats.capacity(), t.elements() - first);
        if (t.precision() == Precision.FP32) {
          t.values().read(first, block.clear().asFloatBuffer().limit(n));
        } else {
          t.values().read(first, floats.clear().limit(n));
          requireHeld(t, first, floats.rewind());
          t.precision().put(floats, block.clear());
        }
        put(out, block.limit(n * t.precision().bytes()));
      }
    }
  }

  /** Values are rounded, but not to infinity. */
  private static void requireHeld(Tensor t, long first, FloatBuffer values) throws IOException {
    for (int i = 0; i < values.limit(); i++) {
      if (!t.precision().holds(values.get(i))) {
        throw new IOException(
            "weights must be within -%s..%s to be written in %s: value %d of %s was %s"
                .formatted(
                    t.precision().largest(),
                    t.precision().largest(),
                    t.precision().title(),
                    first + i,
                    t.name(),
                    values.get(i)));
      }
    }
  }

  private static byte[] lengthDelimited(int field, long length) throws IOException {
    int lengthDelimitedType = 2; // protobuf's wire type of messages and bytes
    byte[] bytes =
        new byte
            [CodedOutputStream.computeTagSize(field)
                + CodedOutputStream.computeUInt64SizeNoTag(length)];
    CodedOutputStream coded = CodedOutputStream.newInstance(bytes);
    coded.writeTag(field, lengthDelimitedType);
    coded.writeUInt64NoTag(length);
    coded.flush();
    return bytes;
  }

  private static void put(FileChannel out, byte[] bytes) throws IOException {
    put(out, ByteBuffer.wrap(bytes));
  }

  private static void put(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
