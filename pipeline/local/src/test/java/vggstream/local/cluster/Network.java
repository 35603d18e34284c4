package vggstream.local.cluster;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import vggstream.local.Records;
import vggstream.schema.ModelRelease;

/**
 * A model file that can be released.
 *
 * @param name in its card, or what a release shall say
 * @param version in its card, or what a release shall say
 */
record Network(String name, String version, Path file) {
  /** Topic of releases. */
  static final String TOPIC = "models";

  /** Topic where the job says which are live. */
  static final String LIVE_TOPIC = "models-live";

  /** The file as a network of the demo. */
  static Network demo(Path file) throws IOException {
    List<StringStringEntryProto> metadata = read(file).getMetadataPropsList();
    return new Network(value(metadata, "name"), value(metadata, "version"), file);
  }

  /**
   * The same network with other answers, in a file of its own: its class scores are multiplied.
   *
   * @param factor -1: the least probable class is the most probable
   */
  Network scaled(String newVersion, float factor, Path to) throws IOException {
    ModelProto.Builder model = read(file).toBuilder();
    NodeProto last = maker(model, "score_map");
    if (!last.getOpType().equals("Conv")) {
      throw new IllegalStateException("score_map must come of a Conv: was " + last.getOpType());
    }
    List<String> parameters = last.getInputList().subList(1, last.getInputCount());
    for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
      if (parameters.contains(tensor.getName())) {
        multiply(tensor, factor);
      }
    }
    for (StringStringEntryProto.Builder entry : model.getMetadataPropsBuilderList()) {
      if (entry.getKey().equals("vggstream.version")) {
        entry.setValue(newVersion);
      }
    }
    try (OutputStream out = Files.newOutputStream(to)) {
      model.build().writeTo(out);
    }
    return new Network(name, newVersion, to);
  }

  /** The node that makes a value; Identity is passed over. */
  private NodeProto maker(ModelProto.Builder model, String value) {
    NodeProto node =
        model.getGraph().getNodeList().stream()
            .filter(n -> n.getOutputList().contains(value))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no " + value + " in " + file));
    return node.getOpType().equals("Identity") ? maker(model, node.getInput(0)) : node;
  }

  private static void multiply(TensorProto.Builder tensor, float factor) {
    if (tensor.hasRawData()) {
      byte[] raw = tensor.getRawData().toByteArray();
      ByteBuffer values = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < raw.length; i += Float.BYTES) {
        values.putFloat(i, values.getFloat(i) * factor);
      }
      tensor.setRawData(ByteString.copyFrom(raw));
    }
    for (int i = 0; i < tensor.getFloatDataCount(); i++) {
      tensor.setFloatData(i, tensor.getFloatData(i) * factor);
    }
  }

  private static ModelProto read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return ModelProto.parseFrom(in);
    }
  }

  private static String value(List<StringStringEntryProto> metadata, String key) {
    return metadata.stream()
        .filter(entry -> entry.getKey().equals("vggstream." + key))
        .map(StringStringEntryProto::getValue)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + key));
  }

  /** Of the file, in hexadecimal digits. */
  String sha256() throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The topics of releases, in a cluster whose job has the option {@code models-topic}. */
  static void createTopics(StandaloneCluster cluster) throws InterruptedException {
    cluster.createTopic(TOPIC, 1, Map.of("cleanup.policy", "compact"));
    cluster.createTopic(LIVE_TOPIC, 1, Map.of("cleanup.policy", "compact"));
    cluster.createTopic("shadow-predictions", 1, Map.of());
  }

  /** Publishes it; returns once the broker has the release. */
  void release(KafkaProducer<byte[], byte[]> producer, String role, double share)
      throws IOException, InterruptedException {
    ModelRelease release =
        new ModelRelease(role, name, version, file.toUri().toString(), sha256(), share, Map.of());
    try {
      producer
          .send(
              new ProducerRecord<>(
                  TOPIC, role.getBytes(StandardCharsets.UTF_8), Records.encode(release)))
          .get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot release " + this, e.getCause());
    }
  }
}
