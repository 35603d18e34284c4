package vggstream.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Builds small ONNX files, node by node. A dimension is a number or a name (dynamic). */
final class OnnxGraph {
  static final int FLOAT = TensorProto.DataType.FLOAT_VALUE;
  static final int UINT8 = TensorProto.DataType.UINT8_VALUE;
  static final int INT64 = TensorProto.DataType.INT64_VALUE;
  static final int DOUBLE = TensorProto.DataType.DOUBLE_VALUE;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
  private int names;

  void input(String name, int type, List<Object> shape) {
    graph.addInput(value(name, type, shape));
  }

  void output(String name, int type, List<Object> shape) {
    graph.addOutput(value(name, type, shape));
  }

  private static ValueInfoProto value(String name, int type, List<Object> shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    for (Object d : shape) {
      TensorShapeProto.Dimension.Builder dim = TensorShapeProto.Dimension.newBuilder();
      dims.addDim(
          d instanceof Number n ? dim.setDimValue(n.longValue()) : dim.setDimParam((String) d));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type).setShape(dims)))
        .build();
  }

  /** Adds a constant; returns its name. */
  String constant(float[] values, long... shape) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName("c" + names++).setDataType(FLOAT);
    for (long d : shape) {
      tensor.addDims(d);
    }
    for (float v : values) {
      tensor.addFloatData(v);
    }
    graph.addInitializer(tensor);
    return tensor.getName();
  }

  /** Adds a node with a fresh output; returns the output's name. */
  String node(String op, List<String> inputs, AttributeProto... attributes) {
    String output = "t" + names++;
    nodeTo(output, op, inputs, attributes);
    return output;
  }

  void nodeTo(String output, String op, List<String> inputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(op)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(List.of(attributes)));
  }

  static AttributeProto ints(String name, long... values) {
    AttributeProto.Builder a =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long v : values) {
      a.addInts(v);
    }
    return a.build();
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  /** Writes the file; parent folders must exist. */
  void write(Path file, Map<String, String> metadata) throws IOException {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .setProducerName("vgg-stream test")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
            .setGraph(graph);
    metadata.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    try (OutputStream out = Files.newOutputStream(file)) {
      model.build().writeTo(out);
    }
  }
}
