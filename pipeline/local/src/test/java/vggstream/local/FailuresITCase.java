package vggstream.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vggstream.image.ImageEncoder;
import vggstream.image.Size;
import vggstream.job.batch.Classifier;
import vggstream.job.batch.SharedClassifiers;
import vggstream.job.config.JobOptions;
import vggstream.model.ModelFiles;
import vggstream.schema.DeadLetter;
import vggstream.schema.ImageEvent;
import vggstream.schema.Prediction;

/** What the job's README says happens when, from Kafka to Kafka, with the real runtime. */
@Timeout(180)
class FailuresITCase {
  private static final Duration LONGEST = Duration.ofSeconds(90);
  private static final Duration MORE_WOULD_SHOW_WITHIN = Duration.ofSeconds(1);

  @TempDir private static Path directory;
  private static LocalStream stream;

  private final Map<String, List<String>> answers = new TreeMap<>(); // label or reason, by event
  private final HttpClient http = HttpClient.newHttpClient();
  private String name;
  private KafkaProducer<byte[], byte[]> producer;
  private KafkaConsumer<byte[], byte[]> reader;
  private LocalJob job;

  @BeforeAll
  static void startStream() {
    stream = LocalStream.start(directory, 1, 0);
  }

  @AfterAll
  static void closeStream() {
    stream.close();
  }

  /** Topics of each test's own, so that none sees another's answers. */
  @BeforeEach
  void connect(TestInfo test) {
    name = test.getTestMethod().orElseThrow().getName();
    for (String topic : List.of("events", "predictions", "letters")) {
      stream.broker().createTopic(name + "-" + topic, 1);
    }
    Map<String, Object> brokers = Map.of("bootstrap.servers", stream.broker().bootstrapServers());
    producer = new KafkaProducer<>(brokers, new ByteArraySerializer(), new ByteArraySerializer());
    reader =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", stream.broker().bootstrapServers(),
                "auto.offset.reset", "earliest",
                "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    reader.assign(
        List.of(
            new TopicPartition(name + "-predictions", 0),
            new TopicPartition(name + "-letters", 0)));
    HeldFiles.release();
  }

  @AfterEach
  void end() throws Exception {
    HeldFiles.release();
    if (job != null) {
      job.cancel();
    }
    producer.close();
    reader.close();
  }

  private JobOptions options(Path model, String... more) {
    Map<String, String> words = new TreeMap<>();
    words.put("bootstrap-servers", stream.broker().bootstrapServers());
    words.put("input-topic", name + "-events");
    words.put("predictions-topic", name + "-predictions");
    words.put("dead-letters-topic", name + "-letters");
    words.put("group-id", name);
    words.put("transactional-id-prefix", name);
    words.put("model", model.toString());
    words.put("device", "cpu");
    words.put("scales", "8");
    words.put("flip", "false");
    words.put("batch-size", "4");
    words.put("capacity", "8");
    words.put("batch-linger", "50 ms");
    words.put("inference-concurrency", "1");
    words.put("warm-up", "false");
    words.put("checkpoint-interval", "200 ms");
    words.put("restart-delay", "200 ms");
    words.put("fetch-roots", HeldFiles.uri(directory));
    for (int i = 0; i < more.length; i += 2) {
      words.put(more[i], more[i + 1]);
    }
    return JobOptions.of(words);
  }

  private Path file(String file) {
    return directory.resolve(name + "-" + file);
  }

  private static byte[] png(int height, int... rgb) {
    byte[] pixels = new byte[16 * height * 3]; // (H, W, 3)
    for (int p = 0; p < pixels.length; p++) {
      pixels[p] = (byte) rgb[p % 3];
    }
    return ImageEncoder.png(ByteBuffer.wrap(pixels), new Size(16, height));
  }

  private static byte[] green() {
    return png(16, 0, 200, 0);
  }

  private void send(String id, byte[] image) {
    send(ImageEvent.newBuilder().setEventId(id).setPayload(ByteBuffer.wrap(image)));
  }

  private void send(ImageEvent.Builder event) {
    event.setSource("camera").setCapturedAt(Instant.now()).setAttributes(Map.of());
    producer.send(new ProducerRecord<>(name + "-events", Records.encode(event.build())));
  }

  private void sendHeld(String id, Path file) {
    send(ImageEvent.newBuilder().setEventId(id).setUri(HeldFiles.uri(file)));
  }

  private void poll() {
    for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(50))) {
      if (record.topic().endsWith("-predictions")) {
        Prediction prediction = Records.decode(Prediction.class, record.value());
        add(prediction.getEventId(), prediction.getPredictions().get(0).getLabel());
      } else {
        DeadLetter letter = Records.decode(DeadLetter.class, record.value());
        add(letter.getEventId(), letter.getReason());
      }
    }
  }

  private void add(String id, String answer) {
    answers.computeIfAbsent(id, i -> new ArrayList<>()).add(answer);
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private void await(String what, Condition condition) throws Exception {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < end, () -> what + ": not within " + LONGEST + ": " + answers);
      poll();
    }
  }

  private void pollForMore() {
    long end = System.nanoTime() + MORE_WOULD_SHOW_WITHIN.toNanos();
    while (System.nanoTime() < end) {
      poll();
    }
  }

  /** Waits until all are answered, and a little longer. */
  private void requireAnswers(Map<String, String> expected) throws Exception {
    await("answers", () -> answers.size() >= expected.size());
    pollForMore();
    Map<String, List<String>> once = new TreeMap<>();
    expected.forEach((id, answer) -> once.put(id, List.of(answer)));
    assertEquals(once, answers);
  }

  /** Every failure of the job so far, as Flink's web UI shows it. */
  private String failures() throws Exception {
    for (JsonNode one : json("/jobs").get("jobs")) {
      if (!one.get("status").asText().equals("CANCELED")) {
        return json("/jobs/" + one.get("id").asText() + "/exceptions").toString();
      }
    }
    return "";
  }

  private JsonNode json(String path) throws Exception {
    HttpResponse<byte[]> response =
        http.send(
            HttpRequest.newBuilder(stream.ui().resolve(path)).timeout(LONGEST).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertEquals(200, response.statusCode(), path);
    return new ObjectMapper().readTree(new String(response.body(), StandardCharsets.UTF_8));
  }

  @Test
  void imageOnWhichTheRuntimeFailsIsADeadLetterAndTheOthersOfItsBatchAreAnswered()
      throws Exception {
    Map<String, String> expected = new TreeMap<>();
    for (int i = 0; i < 12; i++) {
      boolean culprit = i == 5;
      send("e" + i, culprit ? png(16, 255, 0, 0) : green());
      expected.put("e" + i, culprit ? "INFERENCE_FAILED" : "green");
    }
    producer.flush();
    JobOptions options = options(ModelFiles.colourThatFails(file("m.onnx"), 250));
    job = stream.start(options, 1);
    requireAnswers(expected);
    try (Classifier shared = SharedClassifiers.open(options.classifier())) {
      assertTrue(shared.statistics().splits() > 0, "it was in a batch with others");
    }
    assertTrue(job.failure().isEmpty());
  }

  @Test
  void runsForWhichMemoryDoesNotSufficeAreHalvedAndAnImageTooLargeAloneIsADeadLetter()
      throws Exception {
    Map<String, String> expected = new TreeMap<>();
    for (int i = 0; i < 12; i++) {
      boolean large = i == 5;
      send("e" + i, large ? png(100, 0, 200, 0) : green()); // at scale 8: 8 x 50
      expected.put("e" + i, large ? "OUT_OF_MEMORY" : "green");
    }
    producer.flush();
    JobOptions options = options(ModelFiles.colourThatNeedsMemory(file("m.onnx"), 2, 32));
    job = stream.start(options, 1);
    requireAnswers(expected);
    try (Classifier shared = SharedClassifiers.open(options.classifier())) {
      assertEquals(1, shared.halvings());
      assertTrue(shared.runPixels() <= 2 * 8 * 8, "a half of 3 or 4 images is remembered");
    }
    assertTrue(job.failure().isEmpty());
  }

  /**
   * A network that can be loaded and then fails on every image, all being 8 pixels high, stands for
   * a lost device; another file for a new one.
   */
  @Test
  void jobWaitsForItsModelAndThroughALostDeviceAndThenAnswersAll() throws Exception {
    Path model = file("m.onnx");
    Map<String, String> expected = new TreeMap<>();
    for (int i = 0; i < 6; i++) {
      send("e" + i, green());
      expected.put("e" + i, "green");
    }
    producer.flush();
    job = stream.start(options(model), 1);
    await("a missing model is named", () -> failures().contains("model file " + model + " cannot"));
    Files.move(
        ModelFiles.colourThatFailsBelow(file("lost.onnx"), 9),
        model,
        StandardCopyOption.ATOMIC_MOVE);
    await("the device is lost", () -> failures().contains("NetworkLostException"));
    pollForMore();
    assertEquals(Map.of(), answers, "no image is blamed");
    Files.move(ModelFiles.colour(file("good.onnx")), model, StandardCopyOption.ATOMIC_MOVE);
    requireAnswers(expected);
  }

  @Test
  void imagesThatAreTooManyWaitInTheTopic() throws Exception {
    HeldFiles.hold();
    Path image = Files.write(file("green.png"), green());
    Map<String, String> expected = new TreeMap<>();
    for (int i = 0; i < 20; i++) {
      sendHeld("e" + i, image);
      expected.put("e" + i, "green");
    }
    producer.flush();
    Path model = ModelFiles.colour(file("m.onnx"));
    job = stream.start(options(model, "capacity", "4", "batch-size", "2"), 1);
    await("as many as capacity says are taken", () -> HeldFiles.opening() >= 4);
    pollForMore();
    assertEquals(4, HeldFiles.opening());
    assertEquals(Map.of(), answers);
    HeldFiles.release();
    requireAnswers(expected);
  }

  @Test
  void imageThatWaitsHoldsNobodyUp() throws Exception {
    HeldFiles.hold();
    Path image = Files.write(file("blue.png"), png(16, 0, 0, 200));
    sendHeld("slow", image);
    job = stream.start(options(ModelFiles.colour(file("m.onnx"))), 1);
    await("it is being read", () -> HeldFiles.opening() == 1);
    Map<String, String> expected = new TreeMap<>(Map.of("slow", "blue"));
    for (int i = 0; i < 12; i++) { // more than the capacity
      String id = "e" + i;
      send(id, green());
      expected.put(id, "green");
      await(id, () -> answers.containsKey(id));
    }
    HeldFiles.release();
    requireAnswers(expected);
  }

  @Test
  void imagesWithoutAnAnswerInTimeAreDeadLettersAndTheJobGoesOn() throws Exception {
    HeldFiles.hold();
    Path image = Files.write(file("green.png"), green());
    for (int i = 0; i < 3; i++) {
      sendHeld("e" + i, image);
    }
    producer.flush();
    Path model = ModelFiles.colour(file("m.onnx"));
    String[] more = {"timeout", "4 s", "fetch-timeout", "1 s", "fetch-threads", "1"};
    job = stream.start(options(model, more), 1);
    Map<String, String> expected =
        new TreeMap<>(Map.of("e0", "REFERENCE_TIMEOUT", "e1", "TIMEOUT", "e2", "TIMEOUT"));
    await("all are given up", () -> answers.size() == 3);
    send("next", green());
    expected.put("next", "green");
    requireAnswers(expected);
    assertTrue(job.failure().isEmpty());
  }
}
