package vggstream.train.network;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An ONNX graph in the making: nodes in order of execution, values by name. */
final class GraphBuilder {
  static final int FLOAT = TensorProto.DataType.FLOAT_VALUE;
  static final int FLOAT16 = TensorProto.DataType.FLOAT16_VALUE;
  static final int UINT8 = TensorProto.DataType.UINT8_VALUE;
  static final int INT64 = TensorProto.DataType.INT64_VALUE;

  /** Domain of ONNX Runtime's own operators. */
  private static final String MICROSOFT = "com.microsoft";

  private static final int OPSET = 17;
  private static final int IR_VERSION = 8;

  private final GraphProto.Builder graph;
  private final Map<String, String> constants = new HashMap<>();
  private int names;
  private boolean microsoft;

  GraphBuilder(String name) {
    graph = GraphProto.newBuilder().setName(name);
  }

  static AttributeProto attribute(String name, long value) {
    return attribute(name, AttributeProto.AttributeType.INT).setI(value).build();
  }

  static AttributeProto attribute(String name, float value) {
    return attribute(name, AttributeProto.AttributeType.FLOAT).setF(value).build();
  }

  static AttributeProto attribute(String name, String value) {
    return attribute(name, AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  static AttributeProto attribute(String name, long... values) {
    AttributeProto.Builder b = attribute(name, AttributeProto.AttributeType.INTS);
    Arrays.stream(values).forEach(b::addInts);
    return b.build();
  }

  private static AttributeProto.Builder attribute(String name, AttributeProto.AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }

  /** A name that no value of the graph has yet. */
  String fresh(String stem) {
    return stem + "#" + names++;
  }

  /** A node of a standard operator with one output, whose name it returns. */
  String node(String operator, List<String> inputs, AttributeProto... attributes) {
    String output = fresh(operator);
    node("", operator, inputs, List.of(output), attributes);
    return output;
  }

  /** A node of a standard operator with the outputs of these names. */
  void nodeTo(
      List<String> outputs, String operator, List<String> inputs, AttributeProto... attributes) {
    node("", operator, inputs, outputs, attributes);
  }

  /** A node of one of ONNX Runtime's own operators; outputs not wanted are named "". */
  void microsoftNodeTo(
      List<String> outputs, String operator, List<String> inputs, AttributeProto... attributes) {
    microsoft = true;
    node(MICROSOFT, operator, inputs, outputs, attributes);
  }

  private void node(
      String domain,
      String operator,
      List<String> inputs,
      List<String> outputs,
      AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setDomain(domain)
            .setOpType(operator)
            .setName(fresh(operator))
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(List.of(attributes)));
  }

  /** A float constant of a shape; none: a scalar. */
  String floats(List<Float> values, long... shape) {
    return constants.computeIfAbsent(
        "f" + values + Arrays.toString(shape),
        k -> {
          String name = fresh("constant");
          TensorProto.Builder t = TensorProto.newBuilder().setName(name).setDataType(FLOAT);
          Arrays.stream(shape).forEach(t::addDims);
          graph.addInitializer(t.addAllFloatData(values));
          return name;
        });
  }

  /** A float scalar. */
  String scalar(float value) {
    return floats(List.of(value));
  }

  /** An int64 constant vector. */
  String longs(long... values) {
    return constants.computeIfAbsent(
        "l" + Arrays.toString(values),
        k -> {
          String name = fresh("constant");
          TensorProto.Builder t =
              TensorProto.newBuilder().setName(name).setDataType(INT64).addDims(values.length);
          Arrays.stream(values).forEach(t::addInt64Data);
          graph.addInitializer(t);
          return name;
        });
  }

  /** Declares an input; a dimension is a number or, if it may vary, a name. */
  void input(String name, int type, Object... dimensions) {
    graph.addInput(valueInfo(name, type, dimensions));
  }

  /** Declares an output; a dimension is a number or, if it may vary, a name. */
  void output(String name, int type, Object... dimensions) {
    graph.addOutput(valueInfo(name, type, dimensions));
  }

  private static ValueInfoProto valueInfo(String name, int type, Object... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object d : dimensions) {
      if (d instanceof Number n) {
        shape.addDimBuilder().setDimValue(n.longValue());
      } else {
        shape.addDimBuilder().setDimParam(d.toString());
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
        .build();
  }

  /** The graph alone. */
  GraphProto graph() {
    return graph.build();
  }

  /** The model around the graph, without the graph. */
  ModelProto.Builder modelWithoutGraph() {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("vgg-stream")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET));
    if (microsoft) {
      model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(MICROSOFT).setVersion(1));
    }
    return model;
  }

  /** The model as the bytes of a file. */
  byte[] model() {
    return modelWithoutGraph().setGraph(graph).build().toByteArray();
  }
}
