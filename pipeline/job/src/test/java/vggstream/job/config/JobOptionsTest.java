package vggstream.job.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.classify.RescaleLimit;
import vggstream.image.ImageLimits;
import vggstream.image.Size;

class JobOptionsTest {
  private static final String[] LEAST = {"--bootstrap-servers", "h:9092", "--model", "m.onnx"};

  private static String[] with(String... more) {
    String[] all = new String[LEAST.length + more.length];
    System.arraycopy(LEAST, 0, all, 0, LEAST.length);
    System.arraycopy(more, 0, all, LEAST.length, more.length);
    return all;
  }

  private static List<String> problems(String... args) {
    return assertThrows(OptionsException.class, () -> JobCommandLine.parse(args)).problems();
  }

  @Test
  void modelsAreReleasedByTopicOnlyWhereOneIsGiven() {
    assertFalse(JobCommandLine.parse(LEAST).releases().enabled());
    ReleaseOptions releases = JobCommandLine.parse(with("--models-topic", "models")).releases();
    assertTrue(releases.enabled());
    assertEquals("models-live", releases.modelsLiveTopic());
    assertEquals("shadow-predictions", releases.shadowPredictionsTopic());
    assertEquals(
        List.of(
            "input-topic, predictions-topic, dead-letters-topic, models-topic, models-live-topic"
                + " and shadow-predictions-topic must differ: were [image-events, predictions,"
                + " dead-letters, models-live, models-live, shadow-predictions]"),
        problems(with("--models-topic", "models-live")));
    JobCommandLine.parse(with("--models-live-topic", "predictions")); // not used
  }

  @Test
  void brokersAndModelAreAllThatMustBeGiven() {
    JobOptions options = JobCommandLine.parse(LEAST);
    assertEquals("image-events", options.kafka().inputTopic());
    assertEquals(List.of(), options.classifier().scales());
    assertTrue(options.classifier().flip());
    assertEquals(Duration.ofMinutes(10), options.kafka().transactionTimeout());
    assertEquals(25 << 20, options.kafka().maxRecordBytes());
    assertEquals(StartingOffsets.COMMITTED, options.kafka().startingOffsets());
  }

  @Test
  void valuesAreTyped() {
    JobOptions options =
        JobCommandLine.parse(
            with(
                "--scales=256,384, 512",
                "--flip=false",
                "--batch-linger",
                "5ms",
                "--timeout",
                "PT2M",
                "--max-image-bytes",
                "512 KiB",
                "--max-image-pixels=12MP",
                "--starting-offsets=latest",
                "--device=cuda:1"));
    assertEquals(List.of(256, 384, 512), options.classifier().scales());
    assertFalse(options.classifier().flip());
    assertEquals(Duration.ofMillis(5), options.classifier().batchLinger());
    assertEquals(Duration.ofMinutes(2), options.timeout());
    assertEquals(512 << 10, options.classifier().maxImageBytes());
    assertEquals(12_000_000, options.classifier().maxImagePixels());
    assertEquals(StartingOffsets.LATEST, options.kafka().startingOffsets());
    assertEquals("cuda:1", options.classifier().device());
  }

  @Test
  void modelsDevicesAndSizesMayBeSeveral() {
    ClassifierOptions options =
        JobCommandLine.parse(
                "--bootstrap-servers=b:1",
                "--model=a.onnx, b.onnx",
                "--device=cuda:0,cuda:1",
                "--warm-up-sizes=640x480,1920x1080")
            .classifier();
    assertEquals(List.of("a.onnx", "b.onnx"), options.modelFiles());
    assertEquals("a.onnx", options.modelFile());
    assertEquals(List.of("cuda:0", "cuda:1"), options.devices());
    assertEquals(List.of(new Size(640, 480), new Size(1920, 1080)), options.warmUpSizes());
    assertEquals(List.of("c.onnx"), options.withModelFile("c.onnx").modelFiles());
    for (String wrong :
        List.of(
            "--device=cuda:0,cuda:0",
            "--device=cpu,cuda:0",
            "--warm-up-sizes=0x3",
            "--model=a,,b")) {
      assertThrows(OptionsException.class, () -> JobCommandLine.parse(with(wrong)), wrong);
    }
  }

  @Test
  void flipWithoutAValueIsOn() {
    assertTrue(JobCommandLine.parse(with("--flip", "--top-k=3")).classifier().flip());
  }

  @Test
  void everyProblemIsReportedWithItsRuleAndValue() {
    List<String> problems =
        problems(
            "--modle=x",
            "--batch-size=0",
            "--scales=256,abc",
            "--batch-linger=soon",
            "--flip=perhaps",
            "--device=tpu",
            "--max-image-bytes=20 MB",
            "--kafka.group.id=g");
    assertEquals(10, problems.size(), problems::toString);
    assertTrue(problems.get(0).contains("--modle"), problems.get(0));
    assertEquals(
        List.of(
            "kafka.group.id must not be set: use group-id",
            "bootstrap-servers must be given",
            "model must be given",
            "scales must be an integer within 1..16384: was '256,abc'",
            "flip must be true or false: was 'perhaps'",
            "device must be cpu, cuda:N or auto; several must be distinct, and each cuda:N: was 'tpu'",
            "batch-size must be an integer within 1..4096: was '0'",
            "batch-linger must be a duration, such as 20 ms, 10 s, 10 min or PT10S: was 'soon'",
            "max-image-bytes must be bytes, such as 512 KiB or 20 MiB: was '20 MB'"),
        problems.subList(1, 10));
  }

  @Test
  void rulesBetweenOptionsAreChecked() {
    List<String> problems =
        problems(
            with(
                "--predictions-topic=image-events",
                "--transaction-timeout=70 s",
                "--timeout=60 s",
                "--capacity=20",
                "--batch-linger=2 min",
                "--scales=256,256",
                "--max-image-bytes=26 MiB",
                "--batch-memory=1 MiB"));
    assertEquals(
        List.of(
            "input-topic, predictions-topic and dead-letters-topic must differ: were"
                + " [image-events, image-events, dead-letters]",
            "scales must be distinct: were [256, 256]",
            "transaction-timeout must exceed checkpoint-interval + timeout + restart-delay"
                + " (PT1M15S): was PT1M10S",
            "batch-linger must be below timeout (PT1M): was PT2M",
            "capacity must be at least 2 * batch-size (32): was 20",
            "max-image-bytes must be at most max-record-bytes (26214400): was 27262976",
            "batch-memory must hold an image of max-rescaled-pixels, 3 bytes each (12000000"
                + " bytes): was 1048576"),
        problems);
  }

  @Test
  void yamlFileSpeaksTheSameWordsAndTheCommandLineWins(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("job.yaml");
    Files.writeString(
        file,
        """
        bootstrap-servers: file:9092
        model: file.onnx
        scales: [256, 384]
        flip: false
        batch-size: 4
        kafka:
          security.protocol: SASL_SSL
        kafka.client.rack: r1
        """);
    JobOptions options =
        JobCommandLine.parse(
            "--config", file.toString(), "--batch-size=8", "--kafka.client.rack=r2");
    assertEquals("file:9092", options.kafka().bootstrapServers());
    assertEquals(List.of(256, 384), options.classifier().scales());
    assertFalse(options.classifier().flip());
    assertEquals(8, options.classifier().batchSize());
    assertEquals(
        Map.of("security.protocol", "SASL_SSL", "client.rack", "r2"), options.kafka().properties());
  }

  @Test
  void yamlFileWithErrorsIsRefusedWithTheirPlace(@TempDir Path directory) throws Exception {
    Path twice = directory.resolve("twice.yaml");
    Files.writeString(twice, "model: a\nmodel: b\n");
    List<String> problems = problems(with("--config", twice.toString()));
    assertTrue(problems.get(0).contains("Duplicate field 'model' at line 2"), problems::toString);
    Path list = directory.resolve("list.yaml");
    Files.writeString(list, "- a\n");
    assertTrue(problems(with("--config", list.toString())).get(0).contains("must be a mapping"));
    Path unknown = directory.resolve("unknown.yaml");
    Files.writeString(unknown, "batch: {size: 4}\ntop-k:\n");
    assertEquals(
        List.of("config: top-k must have a value"), problems(with("--config", unknown.toString())));
    Files.writeString(unknown, "batch: {size: 4}\n");
    assertEquals(
        List.of("there is no option batch.size"), problems(with("--config", unknown.toString())));
    assertTrue(
        problems(with("--config", directory.resolve("none").toString()))
            .get(0)
            .contains("cannot be read"));
  }

  @Test
  void kafkaPropertiesAreTakenInBothForms() {
    assertEquals(
        Map.of("sasl.mechanism", "PLAIN", "sasl.jaas.config", "a=b c"),
        JobCommandLine.parse(
                with("--kafka.sasl.mechanism", "PLAIN", "--kafka.sasl.jaas.config=a=b c"))
            .kafka()
            .properties());
  }

  @Test
  void kafkaPropertiesAreNeverPrinted() {
    JobOptions options =
        JobCommandLine.parse(with("--kafka.sasl.jaas.config=password=geheim", "--top-k=3"));
    assertFalse(options.toString().contains("geheim"), options.toString());
    assertTrue(options.toString().contains("sasl.jaas.config"), options.toString());
    List<String> problems = problems(with("--kafka.acks=geheim", "--top-k=0"));
    assertFalse(problems.toString().contains("geheim"), problems.toString());
  }

  @Test
  void optionsTravelToTheTaskManagers() throws Exception {
    JobOptions options = JobCommandLine.parse(with("--scales=32", "--kafka.client.rack=r"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(options);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertEquals(options, in.readObject());
    }
  }

  @Test
  void limitsReachAsFarAsTheirUsersAllow() {
    JobOptions most =
        JobCommandLine.parse(
            with(
                "--max-image-pixels=536870911",
                "--max-rescaled-pixels=300 MP",
                "--batch-memory=1 GiB",
                "--max-record-bytes=16 KiB",
                "--max-image-bytes=16 KiB",
                "--max-dead-letter-record-bytes=16 KiB"));
    assertEquals(536_870_911, new ImageLimits(1, most.classifier().maxImagePixels()).maxPixels());
    assertEquals(300_000_000, new RescaleLimit(most.classifier().maxRescaledPixels()).maxPixels());
    assertEquals(
        List.of(
            "max-record-bytes must be within 16384..1073741824: was 16383",
            "max-image-pixels must be within 1..536870911: was 536870912",
            "max-rescaled-pixels must be within 1..300000000: was 300000001"),
        problems(
            with(
                "--max-image-pixels=536870912",
                "--max-rescaled-pixels=300000001",
                "--batch-memory=1 GiB",
                "--max-record-bytes=16383",
                "--max-image-bytes=1 KiB",
                "--max-dead-letter-record-bytes=1 KiB")));
  }

  @Test
  void absurdDurationsAreRefusedToo() {
    assertEquals(
        List.of(
            "timeout must be at most 30 days: was PT2562047788015215H",
            "checkpoint-interval must be at most 30 days: was PT2562047788015215H"),
        problems(
            with("--timeout=PT2562047788015215H", "--checkpoint-interval=PT2562047788015215H")));
  }

  @Test
  void yamlValuesAreTakenAsTheyAreWritten(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("job.yaml");
    Files.writeString(
        file,
        """
        bootstrap-servers: h:1
        model: m
        kafka:
          a: 007
          b: 1.10
          c: 1e5
          d: "x"
          e: True
          f: [1_0, 2]
        """);
    assertEquals(
        Map.of("a", "007", "b", "1.10", "c", "1e5", "d", "x", "e", "True", "f", "1_0,2"),
        JobCommandLine.parse("--config", file.toString()).kafka().properties());
    Files.writeString(file, "# nothing\n");
    assertEquals(
        List.of("bootstrap-servers must be given", "model must be given"),
        problems("--config", file.toString()));
    Files.writeString(file, "scales: [[32]]\n");
    assertEquals(
        List.of("config: scales must be a value or a list of values"),
        problems(with("--config", file.toString())));
  }

  @Test
  void brokenYamlIsRefusedWithoutPrintingItsLines(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("job.yaml");
    for (String broken : List.of("kafka:\n  p: geheim: b\n", "kafka.p: \"geheim\n", "p: @geheim")) {
      Files.writeString(file, broken);
      List<String> problems = problems(with("--config", file.toString()));
      assertTrue(problems.get(0).contains("cannot be read"), problems::toString);
      assertTrue(problems.get(0).contains(" at line "), problems::toString);
      assertFalse(problems.toString().contains("geheim"), problems::toString);
    }
  }

  @Test
  void everyOptionIsDescribedAndNamedOnce() {
    for (JobOption<?> option : JobOption.all()) {
      assertTrue(option.description().endsWith("."), option.key());
    }
    assertEquals(
        JobOption.all().size(), JobOption.all().stream().map(JobOption::key).distinct().count());
  }

  @Test
  void rootsAreFoldersAndNoneByDefault() {
    assertEquals(List.of(), JobCommandLine.parse(with()).fetch().roots());
    FetchOptions fetch =
        JobCommandLine.parse(
                with("--fetch-roots=s3://b/images, file:///data/", "--max-image-bytes=2 MiB"))
            .fetch();
    assertEquals("[s3://b/images/, file:/data/]", fetch.roots().toString());
    assertEquals(2 << 20, fetch.maxBytes());
    assertEquals(Duration.ofSeconds(30), fetch.timeout());
    assertEquals(
        List.of(
            "fetch-roots must be like scheme://authority/path: was 's3://b/,/data'",
            "fetch-threads must be an integer within 1..1024: was '0'"),
        problems(with("--fetch-roots=s3://b/,/data", "--fetch-threads=0")));
    assertEquals(
        List.of("fetch-roots must have no password"),
        problems(with("--fetch-roots=s3://k:geheim@b/")));
    assertEquals(
        List.of("fetch-timeout must be at most timeout (PT20S): was PT30S"),
        problems(with("--fetch-roots=s3://b/", "--timeout=20 s")));
  }

  @Test
  void secretsMayStandInFilesAndTheEnvironment(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("jaas"), "a b=\"geheim\";\n");
    Map.Entry<String, String> variable =
        System.getenv().entrySet().stream().filter(v -> !v.getValue().isEmpty()).findAny().get();
    JobOptions options =
        JobCommandLine.parse(
            with(
                "--kafka.sasl.jaas.config=@file:" + file,
                "--kafka.ssl.key.password",
                "@env:" + variable.getKey(),
                "--kafka.client.rack=@rack"));
    assertEquals(
        Map.of(
            "sasl.jaas.config", "a b=\"geheim\";",
            "ssl.key.password", variable.getValue(),
            "client.rack", "@rack"),
        options.kafka().properties());
    assertFalse(options.toString().contains("geheim"));
    Path empty = Files.createFile(directory.resolve("empty"));
    assertEquals(
        List.of(
            "kafka.a: there must be a file %s/none: there is none".formatted(directory),
            "kafka.b: the environment variable NO_SUCH_VARIABLE must be set: is not",
            "kafka.c: the file %s must hold a value: is empty".formatted(empty)),
        problems(
            with(
                "--kafka.a=@file:" + directory.resolve("none"),
                "--kafka.b=@env:NO_SUCH_VARIABLE",
                "--kafka.c=@file:" + empty)));
  }
}
