package vggstream.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vggstream.avro.FakeRegistry;
import vggstream.avro.FramedAvro;
import vggstream.client.ImageFile;
import vggstream.client.ImageSender;
import vggstream.client.KafkaCluster;
import vggstream.client.RecordTail;
import vggstream.client.ReleaseTopic;
import vggstream.image.ImageEncoder;
import vggstream.image.Size;
import vggstream.job.config.JobOptions;
import vggstream.model.ModelFiles;
import vggstream.schema.DeadLetter;
import vggstream.schema.ImageEvent;
import vggstream.schema.Origin;
import vggstream.schema.Prediction;

/** The whole stream with a schema registry, for both of its ends. */
@Timeout(180)
class RegistryITCase {
  private static final Duration LONGEST = Duration.ofSeconds(120);
  private static final String USER = "reader:only-for-this-test";

  @TempDir private Path directory;

  private final Map<String, String> answers = new TreeMap<>(); // label or reason by event
  private final List<String> wrong = new ArrayList<>();

  private static byte[] png(int colour) {
    byte[] rgb = new byte[16 * 20 * 3]; // (H, W, 3)
    for (int p = 0; p < rgb.length; p += 3) {
      rgb[p + colour] = (byte) 255;
    }
    return ImageEncoder.png(ByteBuffer.wrap(rgb), new Size(16, 20));
  }

  @Test
  void recordsOfAnySchemaThatReadsAsOursAreAnsweredInTheWireFormat() throws Exception {
    try (FakeRegistry registry = new FakeRegistry();
        LocalStream stream = LocalStream.start(directory, 2, 0)) {
      Map<String, String> properties =
          Map.of("schema.registry.url", registry.url().toString(), "basic.auth.user.info", USER);
      var cluster = new KafkaCluster(stream.broker().bootstrapServers(), properties);
      stream.broker().createTopic("image-events", 2);
      send(cluster, "framed", png(0));
      send(new KafkaCluster(stream.broker().bootstrapServers()), "plain", png(1));
      send(stream, later(registry, 77), "later");
      byte[] unknown = FramedAvro.framed(4321, new byte[] {1, 2, 3});
      send(stream, unknown, "unknown");
      JobOptions options = options(stream, properties);
      assertFalse(options.toString().contains("only-for-this-test"), options::toString);
      stream.start(options, 2).awaitRunning(LONGEST);
      try (var predictions = tail(cluster, "predictions", Prediction.class);
          var letters = tail(cluster, "dead-letters", DeadLetter.class)) {
        Map<String, String> expected =
            Map.of("framed", "red", "plain", "green", "later", "blue", "?", "UNKNOWN_SCHEMA");
        long end = System.nanoTime() + LONGEST.toNanos();
        while (answers.size() < expected.size() && System.nanoTime() < end) {
          predictions.poll(Duration.ofMillis(100), new Answers<Prediction>());
          letters.poll(Duration.ofMillis(100), new Answers<DeadLetter>());
        }
        assertEquals(new TreeMap<>(expected), answers);
        assertEquals(List.of(), wrong);
      }
      assertEquals(
          "1", ReleaseTopic.open(cluster, "models-live").read().get("PRIMARY").getVersion());
      assertEquals(
          "[dead-letters-value, image-events-value, models-live-value, predictions-value,"
              + " shadow-predictions-value]",
          registry.requests().stream()
              .filter(request -> request.startsWith("POST"))
              .map(request -> request.split("/")[1])
              .collect(Collectors.toCollection(java.util.TreeSet::new))
              .toString());
      assertTrue(
          registry.requests().stream().allMatch(request -> request.contains(" Basic ")),
          registry.requests()::toString);
      withoutRegistryRecordsSayWhatTheyNeed(stream);
    }
  }

  private void withoutRegistryRecordsSayWhatTheyNeed(LocalStream stream) throws Exception {
    answers.clear();
    try (var predictions =
        tail(
            new KafkaCluster(stream.broker().bootstrapServers()),
            "predictions",
            Prediction.class)) {
      long end = System.nanoTime() + LONGEST.toNanos();
      while (wrong.isEmpty() && System.nanoTime() < end) {
        predictions.poll(Duration.ofMillis(100), new Answers<Prediction>());
      }
    }
    assertEquals(
        "a record with a schema's id needs schema.registry.url: is not given", wrong.get(0));
    assertEquals(Map.of(), answers);
  }

  private void send(KafkaCluster cluster, String id, byte[] image) throws Exception {
    Path file = Files.write(directory.resolve(id + ".png"), image);
    try (var sender =
        ImageSender.open(
            cluster,
            "image-events",
            ImageSender.CapturedAt.NOW,
            new ImageSender.Listener() {
              @Override
              public void delivered(ImageFile sent, long bytes) {}

              @Override
              public void failed(ImageFile sent, String reason) {
                wrong.add(reason);
              }
            })) {
      sender.send(new ImageFile(file, id, "camera"));
      sender.flush();
    }
  }

  private static void send(LocalStream stream, byte[] value, String key) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", stream.broker().bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>("image-events", key.getBytes(), value)).get();
    }
  }

  /** An event of a schema with one more field, before all others. */
  private static byte[] later(FakeRegistry registry, int id) throws Exception {
    Schema ours = ImageEvent.getClassSchema();
    String text =
        ours.toString()
            .replaceFirst("\"fields\":\\[", "\"fields\":[{\"name\":\"lens\",\"type\":\"string\"},");
    registry.put(id, new ObjectMapper().createObjectNode().put("schema", text).toString());
    Schema theirs = new Schema.Parser().parse(text);
    GenericRecord event = new GenericData.Record(theirs);
    event.put("lens", "wide");
    event.put("eventId", "later");
    event.put("source", "camera");
    event.put("capturedAt", 1L);
    event.put("payload", ByteBuffer.wrap(png(2)));
    event.put("attributes", Map.of());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(theirs).write(event, encoder);
    return FramedAvro.framed(id, out.toByteArray());
  }

  private JobOptions options(LocalStream stream, Map<String, String> properties) throws Exception {
    Map<String, String> words = new TreeMap<>();
    words.put("bootstrap-servers", stream.broker().bootstrapServers());
    words.put("model", ModelFiles.colour(directory.resolve("colour.onnx")).toString());
    words.put("models-topic", "models");
    words.put("scales", "8");
    words.put("device", "cpu");
    words.put("batch-linger", "5 ms");
    words.put("checkpoint-interval", "300 ms");
    properties.forEach((name, value) -> words.put("kafka." + name, value));
    return JobOptions.of(words);
  }

  private static <T extends SpecificRecord> RecordTail<T> tail(
      KafkaCluster cluster, String topic, Class<T> type) throws Exception {
    return RecordTail.open(cluster, topic, type, RecordTail.From.BEGINNING);
  }

  private final class Answers<T extends SpecificRecord> implements RecordTail.Listener<T> {
    @Override
    public void received(Origin origin, T record) {
      if (record instanceof Prediction prediction) {
        answers.put(prediction.getEventId(), prediction.getPredictions().get(0).getLabel());
      } else if (record instanceof DeadLetter letter) {
        answers.put("?", letter.getReason());
      }
    }

    @Override
    public void undecodable(Origin origin, String reason) {
      wrong.add(reason);
    }
  }
}
