package vggstream.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

class VggClientTest {
  @TempDir private Path temp;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... args) {
    return VggClient.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(args);
  }

  @Test
  void kafkaPropertiesAreRewrittenUpToTheDoubleDash() {
    assertArrayEquals(
        new String[] {"send", "--kafka.<property>", "acks=all", "--", "--kafka.x=y"},
        KafkaOptions.rewritten("send", "--kafka.acks=all", "--", "--kafka.x=y"));
  }

  @Test
  void aKafkaPropertyWithoutValueIsRefusedAndNothingOfItPrinted() {
    assertEquals(2, execute("tail", "--bootstrap-servers", "h:1", "--kafka.secret"));
    assertEquals(
        2, execute("tail", "--bootstrap-servers", "h:1", "--kafka.ssl.key.password", "secret"));
    assertTrue(err.toString().contains("must be --kafka.<property>=<value>"), err.toString());
    assertFalse(err.toString().contains("secret"));
  }

  @Test
  void propertiesWinOverDefaultsAndAreNeverPrinted() {
    var cluster = new KafkaCluster("h:1", Map.of("sasl.jaas.config", "secret", "acks", "1"));
    assertEquals(
        Map.of(
            "bootstrap.servers", "h:1", "acks", "1", "linger.ms", 5, "sasl.jaas.config", "secret"),
        cluster.settings(Map.of("acks", "all", "linger.ms", 5)));
    assertEquals("h:1, properties [acks, sasl.jaas.config]", cluster.toString());
  }

  @ParameterizedTest
  @CsvSource({"500ms,500", "30s,30000", "5m,300000", "5 min,300000", "1h,3600000"})
  void durationsAreANumberAndAUnit(String text, long millis) {
    assertEquals(Duration.ofMillis(millis), Durations.parse(text));
  }

  @Test
  void otherDurationsAreRefusedWithTheRule() {
    var e = assertThrows(TypeConversionException.class, () -> Durations.parse("30"));
    assertEquals(
        "a duration must be a whole number and ms, s, m or h, as in 30s: was '30'", e.getMessage());
  }

  @Test
  void wrongArgumentsExitWith2() {
    assertEquals(2, execute());
    assertEquals(2, execute("send", "x.jpg"));
    assertEquals(2, execute("tail", "--bootstrap-servers", "h:1", "--max", "0"));
    assertTrue(err.toString().contains("--max must be at least 1: was 0"), err.toString());
  }

  @Test
  void aPathWithNothingIsAnErrorBeforeKafkaIsAsked() {
    assertEquals(1, execute("send", "--bootstrap-servers", "h:1", temp.resolve("no").toString()));
    assertTrue(err.toString().startsWith("vgg-client: there is nothing at "), err.toString());
  }

  @Test
  void anEmptyFolderIsAnError() {
    assertEquals(1, execute("send", "--bootstrap-servers", "h:1", temp.toString()));
    assertTrue(err.toString().contains("there is no file under "), err.toString());
  }

  @Test
  void twoFilesOfOneIdAreRefused() throws Exception {
    Path a = Files.createDirectory(temp.resolve("a"));
    Path b = Files.createDirectory(temp.resolve("b"));
    Files.write(a.resolve("1.jpg"), new byte[1]);
    Files.write(b.resolve("1.jpg"), new byte[1]);
    assertEquals(1, execute("send", "--bootstrap-servers", "h:1", a.toString(), b.toString()));
    assertTrue(err.toString().contains("would both be 1.jpg"), err.toString());
  }

  @Test
  void aClusterThatDoesNotAnswerIsOneErrorWithinSeconds() throws Exception {
    Path file = Files.write(temp.resolve("1.jpg"), new byte[1]);
    long start = System.nanoTime();
    assertEquals(1, execute("send", "--bootstrap-servers", "127.0.0.1:1", file.toString()));
    assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 30);
    assertTrue(
        err.toString().contains("no Kafka broker at 127.0.0.1:1 answered within 10 s"),
        err.toString());
  }

  @Test
  void helpAndVersionSucceed() {
    assertEquals(0, execute("send", "--help"));
    assertEquals(0, execute("tail", "--help"));
    assertEquals(0, execute("--version"));
    assertTrue(out.toString().contains("--kafka.<property>"), out.toString());
  }

  @Test
  void secretsComeFromFilesAndTheEnvironment() throws Exception {
    Path file = Files.writeString(temp.resolve("jaas"), "a b=\"geheim\";\r\n");
    Map<String, String> environment = Map.of("JAAS", "from the environment", "EMPTY", "");
    assertEquals("a b=\"geheim\";", Secret.resolve("@file:" + file, environment));
    assertEquals("from the environment", Secret.resolve("@env:JAAS", environment));
    assertEquals("@rack", Secret.resolve("@rack", environment));
    for (String name : new String[] {"EMPTY", "NONE"}) {
      var e =
          assertThrows(ClientException.class, () -> Secret.resolve("@env:" + name, environment));
      assertEquals("the environment variable " + name + " must be set: is not", e.getMessage());
    }
  }

  @Test
  void aSecretThatIsNotThereIsNamed() {
    assertEquals(
        1,
        execute(
            "tail",
            "--bootstrap-servers",
            "h:1",
            "--kafka.sasl.jaas.config=@file:" + temp + "/no"));
    assertEquals(
        "vgg-client: --kafka.sasl.jaas.config: the file %s/no cannot be read: no such file%n"
            .formatted(temp),
        err.toString());
  }

  @Test
  void whatKafkaSaysOfPropertiesIsPrintedWithoutTheirValues() throws Exception {
    Path file = Files.writeString(temp.resolve("jaas"), "geheim1 geheim2=geheim3");
    for (String property :
        new String[] {
          "sasl.jaas.config=@file:" + file,
          "sasl.jaas.config=geheim1 required geheim2 geheim3=;",
          "security.protocol=geheimnis",
          "ssl.truststore.type=geheimnis"
        }) {
      assertEquals(
          1,
          execute(
              "tail",
              "--bootstrap-servers",
              "127.0.0.1:1",
              "--kafka.security.protocol=SASL_SSL",
              "--kafka.sasl.mechanism=PLAIN",
              "--kafka." + property),
          property);
    }
    assertFalse(err.toString().contains("geheim"), err.toString());
    assertTrue(err.toString().contains("sasl.jaas.config cannot be read"), err.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "--rate=0, --rate must be above 0: was 0.0",
    "--base-uri=s3://b/, --base-uri must go with --references: was alone",
    "--timeout=3s, --timeout must go with --watch: was alone",
    "--fps=2, --fps must go with --video: was alone",
  })
  void optionsOfSendThatDoNotFitAreRefused(String option, String message) throws Exception {
    Path file = Files.write(temp.resolve("1.jpg"), new byte[1]);
    assertEquals(2, execute("send", "--bootstrap-servers", "h:1", option, file.toString()));
    assertTrue(err.toString().startsWith("vgg-client: " + message), err.toString());
  }

  @Test
  void onlyAFolderIsWatchedAndOnlyAUriIsABase() throws Exception {
    Path file = Files.write(temp.resolve("1.jpg"), new byte[1]);
    assertEquals(2, execute("send", "--bootstrap-servers", "h:1", "--watch", file.toString()));
    assertTrue(err.toString().contains("--watch must be given one folder"), err.toString());
    assertEquals(
        2,
        execute(
            "send", "--bootstrap-servers", "h:1", "--references", "--base-uri=x", file.toString()));
    assertTrue(err.toString().contains("--base-uri must be like scheme://"), err.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "--fps=0, --fps must be above 0 and at most 1000: was 0.0",
    "--max-side=0, --max-side must be at least 1: was 0",
    "--jpeg-quality=0, --jpeg-quality must be within 1..100: was 0",
    "--patience=0s, --patience must be above 0: was 0",
    "--references, --references must not go with --video: did",
    "--watch, --watch must not go with --video: did",
    "1.jpg, --video must stand alone: files were given too",
    "--timeout=3s, --timeout must go with a live video: ",
  })
  void optionsOfVideosThatDoNotFitAreRefused(String option, String message) throws Exception {
    Path file = Files.write(temp.resolve("1.avi"), new byte[1]);
    assertEquals(
        2, execute("send", "--bootstrap-servers", "h:1", "--video", file.toString(), option));
    assertTrue(err.toString().startsWith("vgg-client: " + message), err.toString());
  }

  @Test
  void aVideoThatIsNotThereIsAnErrorBeforeKafkaIsAsked() {
    String file = temp.resolve("none.mp4").toString();
    assertEquals(1, execute("send", "--bootstrap-servers", "h:1", "--video", file));
    assertTrue(err.toString().startsWith("vgg-client: there is nothing at "), err.toString());
    assertEquals(2, execute("send", "--bootstrap-servers", "h:1"));
  }

  @Test
  void passwordsOfAddressesAreNeverPrinted() {
    String address = "rtsp://user:geheim@camera:554/user=u_password=geheim?token=geheim";
    assertEquals(2, execute("send", "--bootstrap-servers", "h:1", "--video", address));
    assertTrue(err.toString().contains("--source must be given for a live video"), err.toString());
    assertEquals(
        2,
        execute(
            "send",
            "--bootstrap-servers=h:1",
            "--video=" + address,
            "--source=s",
            "--start-time=2026-01-01T00:00:00Z"));
    assertTrue(err.toString().contains("rtsp://camera:554 is live"), err.toString());
    assertEquals(2, execute("send", "--bootstrap-servers", "h:1", "--vidoe", "rtsp://u:geheim@h"));
    assertFalse(err.toString().contains("geheim"), err.toString());
  }
}
