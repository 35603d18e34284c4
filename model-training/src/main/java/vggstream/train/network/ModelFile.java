package vggstream.train.network;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model file as {@link InferenceGraph} writes it, open for its metadata and weights: these are
 * found where they stand and read in pieces, so that a file of 2 GB takes no memory. Not
 * thread-safe.
 */
public final class ModelFile implements AutoCloseable {
  private static final int BLOCK = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.LITTLE_ENDIAN);

  /** A tensor's shape, its values' type, and the place of its first byte in the file. */
  private record Tensor(List<Long> shape, Precision precision, long start) {}

  private ModelFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens a model file.
   *
   * @throws IOException if it cannot be read, or is no model file
   */
  public static ModelFile open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file);
    ModelFile opened = new ModelFile(file, channel);
    try {
      opened.readModel(channel.size());
      return opened;
    } catch (InvalidProtocolBufferException | EOFException e) {
      channel.close();
      throw new IOException("%s: is no model file: %s".formatted(file, e.getMessage()), e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void readModel(long size) throws IOException {
    ProtobufFields fields = new ProtobufFields(channel, 0, size);
    boolean hasGraph = false;
    while (fields.next()) {
      if (fields.is(ModelProto.GRAPH_FIELD_NUMBER)) {
        readGraph(fields.message());
        hasGraph = true;
      } else if (fields.is(ModelProto.METADATA_PROPS_FIELD_NUMBER)) {
        StringStringEntryProto entry = StringStringEntryProto.parseFrom(fields.bytes());
        metadata.put(entry.getKey(), entry.getValue());
      }
    }
    if (!hasGraph) {
      throw new InvalidProtocolBufferException("it has no graph");
    }
  }

  private void readGraph(ProtobufFields fields) throws IOException {
    while (fields.next()) {
      if (fields.is(GraphProto.INITIALIZER_FIELD_NUMBER)) {
        readTensor(fields.message());
      }
    }
  }

  /**
   * Notes a tensor of floats, of 32 bits or 16, whose values stand in {@code raw_data}; others are
   * constants.
   */
  private void readTensor(ProtobufFields fields) throws IOException {
    String name = "";
    long type = 0;
    long start = -1;
    long bytes = 0;
    List<Long> shape = new ArrayList<>();
    while (fields.next()) {
      if (fields.is(TensorProto.NAME_FIELD_NUMBER)) {
        name = new String(fields.bytes(), StandardCharsets.UTF_8);
      } else if (fields.is(TensorProto.DATA_TYPE_FIELD_NUMBER)) {
        type = fields.value();
      } else if (fields.is(TensorProto.DIMS_FIELD_NUMBER)) {
        shape.addAll(fields.values());
      } else if (fields.is(TensorProto.RAW_DATA_FIELD_NUMBER)) {
        start = fields.start();
        bytes = fields.length();
      }
    }
    Precision precision = precision(type);
    if (precision == null || start < 0) {
      return;
    }
    long elements = 1;
    for (long d : shape) {
      elements *= d;
    }
    if (elements * precision.bytes() != bytes) {
      throw new IOException(
          "%s: %s of shape %s must have %d bytes: has %d"
              .formatted(file, name, shape, elements * precision.bytes(), bytes));
    }
    tensors.put(name, new Tensor(List.copyOf(shape), precision, start));
  }

  private static @Nullable Precision precision(long onnxType) {
    for (Precision precision : Precision.values()) {
      if (precision.onnxType() == onnxType) {
        return precision;
      }
    }
    return null;
  }

  /** The file's metadata. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  /** Names of the tensors. */
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  /**
   * The network whose weights these are: its sizes are those of its layers.
   *
   * @throws IOException if the layers are not those of the configuration
   */
  public Network network(Configuration configuration, int crop, int classes, Head head)
      throws IOException {
    try {
      List<Long> fc6 = tensor("fc6.weight").shape();
      Network network =
          Network.of(
              new NetworkSpec(
                  configuration, crop, width(configuration), fc6.get(0).intValue(), classes, head));
      for (Layer layer : network.layers()) {
        for (Parameter p : layer.parameters()) {
          requireShape(layer, p);
        }
      }
      return network;
    } catch (IllegalArgumentException e) {
      throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private void requireShape(Layer layer, Parameter p) throws IOException {
    List<Long> expected = new ArrayList<>();
    for (long d : InferenceGraph.shapeInFile(layer, p)) {
      expected.add(d);
    }
    List<Long> found = tensor(p.name()).shape();
    if (!found.equals(expected)) {
      throw new IOException(
          "%s: %s must be of shape %s: is %s".formatted(file, p.name(), expected, found));
    }
  }

  /** A multiplier of the paper's channels that rounds to those of every convolution here. */
  private double width(Configuration configuration) throws IOException {
    double least = 0;
    double most = Double.MAX_VALUE;
    for (Layer layer : Network.of(NetworkSpec.paper(configuration)).layers()) {
      if (layer instanceof Layer.Convolution conv) {
        double paper = conv.output().channels();
        long channels = tensor(conv.name() + ".weight").shape().get(0);
        least = Math.max(least, channels == 1 ? 0 : (channels - 0.5) / paper);
        most = Math.min(most, (channels + 0.5) / paper);
      }
    }
    double rounded = Math.round(1024 * (least + most) / 2) / 1024.0; // such as 0.25 for 0.2501
    return rounded >= least && rounded < most ? rounded : (least + most) / 2;
  }

  private Tensor tensor(String name) throws IOException {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IOException("%s: has no tensor %s".formatted(file, name));
    }
    return tensor;
  }

  /** The weights, by the names of the parameters; a failed read throws UncheckedIOException. */
  public ParameterSource parameters() {
    return (name, first, into) -> {
      try {
        read(tensor(name), first, into);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private void read(Tensor tensor, long first, FloatBuffer into) throws IOException {
    int bytes = tensor.precision().bytes();
    long at = tensor.start() + first * bytes;
    while (into.hasRemaining()) {
      block.clear().limit((int) Math.min(BLOCK, (long) into.remaining() * bytes));
      while (block.hasRemaining()) {
        int n = channel.read(block, at);
        if (n < 0) {
          throw new EOFException(file + ": ended early");
        }
        at += n;
      }
      tensor.precision().get(block.flip(), into);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
