package vggstream.train.network;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The model file: the trained network made fully convolutional (paper, section 3.2), its
 * fully-connected layers as convolutions, so that images of any size from the crop's on may be
 * applied. Input {@code pixels}: uint8 (N, H, W, 3). Outputs: {@code score_map} (N, K, h, w);
 * {@code scores} (N, K), its spatial mean; {@code features} (N, F), the spatial mean of the
 * penultimate layer.
 */
public final class InferenceGraph {
  /** Bytes of weights in memory at a time. */
  private static final int BLOCK = 4 << 20;

  /** Limit of a protobuf message, bytes. */
  private static final long LARGEST = Integer.MAX_VALUE;

  private InferenceGraph() {}

  /**
   * Writes a model file whole or not at all: to a temporary file beside it, forced to disk, then
   * renamed. The weights pass through in blocks of 4 MiB.
   *
   * @param metadata of the file: the model card's
   * @throws IOException if the file cannot be written; what stood there is then unchanged
   */
  public static void write(
      Network network,
      Preprocessing preprocessing,
      Map<String, String> metadata,
      ParameterSource parameters,
      Path file)
      throws IOException {
    GraphBuilder g = graph(network, preprocessing);
    ModelProto.Builder frame = g.modelWithoutGraph();
    metadata.forEach(
        (key, value) ->
            frame.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    Path target = file.toAbsolutePath();
    Path parent = target.getParent();
    if (parent == null) {
      throw new IOException("model file must not be a root: was " + file);
    }
    Path temporary = parent.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel out =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        write(frame.build(), g.graph(), network, parameters, out);
        out.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static GraphBuilder graph(Network network, Preprocessing preprocessing) {
    GraphBuilder g = new GraphBuilder(network.spec().configuration().title());
    Forward forward = new Forward(g);
    g.input("pixels", GraphBuilder.UINT8, "N", "H", "W", 3);
    String x = forward.pixels("pixels", preprocessing); // (N, 3, H, W)
    String penultimate = x;
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Convolution conv) {
        x = forward.convolution(x, conv); // (N, C, H', W')
      } else if (layer instanceof Layer.LocalResponseNormalisation lrn) {
        x = forward.normalisation(x, lrn); // (N, C, H', W')
      } else if (layer instanceof Layer.MaxPooling) {
        x = forward.pooling(x); // (N, C, H'/2, W'/2)
      } else if (layer instanceof Layer.FullyConnected fc) {
        penultimate = x;
        x = forward.window(x, fc, fc.input().height()); // (N, F, h, w)
      } // nothing is dropped
    }
    g.nodeTo(List.of("score_map"), "Identity", List.of(x));
    spatialMean(g, x, "scores");
    spatialMean(g, penultimate, "features");
    long classes = network.spec().classes();
    g.output("score_map", GraphBuilder.FLOAT, "N", classes, "h", "w");
    g.output("scores", GraphBuilder.FLOAT, "N", classes);
    g.output("features", GraphBuilder.FLOAT, "N", network.spec().fcWidth());
    return g;
  }

  private static void spatialMean(GraphBuilder g, String map, String output) {
    g.nodeTo(
        List.of(output),
        "ReduceMean",
        List.of(map),
        GraphBuilder.attribute("axes", 2, 3),
        GraphBuilder.attribute("keepdims", 0)); // (N, K)
  }

  /** A parameter's shape in the file: a fully-connected weight becomes a convolution's. */
  private static long[] shapeInFile(Layer layer, Parameter p) {
    if (layer instanceof Layer.FullyConnected fc && p.kind() == Parameter.Kind.WEIGHT) {
      return fc.window();
    }
    return p.dimensions();
  }

  /**
   * Writes the model's protobuf message by hand, for the weights to pass through: the frame, then
   * field {@code graph} with the nodes, then its repeated field {@code initializer}.
   */
  private static void write(
      ModelProto frame,
      GraphProto graph,
      Network network,
      ParameterSource parameters,
      FileChannel out)
      throws IOException {
    long size = graph.getSerializedSize();
    for (Layer layer : network.layers()) {
      for (Parameter p : layer.parameters()) {
        long tensor = tensorSize(header(layer, p), p);
        size +=
            CodedOutputStream.computeTagSize(GraphProto.INITIALIZER_FIELD_NUMBER)
                + CodedOutputStream.computeUInt64SizeNoTag(tensor)
                + tensor;
      }
    }
    if (size + frame.getSerializedSize() + 16 > LARGEST) {
      throw new IOException(
          "a model file must have at most %d bytes: would have %d"
              .formatted(LARGEST, size + frame.getSerializedSize()));
    }
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    put(out, frame.toByteArray());
    put(out, lengthDelimited(ModelProto.GRAPH_FIELD_NUMBER, size));
    put(out, graph.toByteArray());
    for (Layer layer : network.layers()) {
      for (Parameter p : layer.parameters()) {
        byte[] header = header(layer, p);
        put(out, lengthDelimited(GraphProto.INITIALIZER_FIELD_NUMBER, tensorSize(header, p)));
        put(out, header);
        put(out, lengthDelimited(TensorProto.RAW_DATA_FIELD_NUMBER, p.elements() * Float.BYTES));
        for (long first = 0; first < p.elements(); first += BLOCK / Float.BYTES) {
          int n = (int) Math.min(BLOCK / Float.BYTES, p.elements() - first);
          parameters.read(p.name(), first, block.clear().asFloatBuffer().limit(n));
          put(out, block.limit(n * Float.BYTES));
        }
      }
    }
  }

  private static byte[] header(Layer layer, Parameter p) {
    TensorProto.Builder t =
        TensorProto.newBuilder().setName(p.name()).setDataType(GraphBuilder.FLOAT);
    for (long d : shapeInFile(layer, p)) {
      t.addDims(d);
    }
    return t.build().toByteArray();
  }

  private static long tensorSize(byte[] header, Parameter p) {
    long data = p.elements() * Float.BYTES;
    return header.length
        + CodedOutputStream.computeTagSize(TensorProto.RAW_DATA_FIELD_NUMBER)
        + CodedOutputStream.computeUInt64SizeNoTag(data)
        + data;
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
