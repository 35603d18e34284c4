package vggstream.avro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import vggstream.schema.ModelRelease;

@Timeout(120)
class FramedAvroTest {
  private FakeRegistry fake;

  @BeforeEach
  void start() throws IOException {
    fake = new FakeRegistry();
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  private FramedAvro<ModelRelease> avro(Map<String, String> properties, Duration patience) {
    var options = new RegistryOptions(fake.url(), properties, Duration.ofSeconds(20), patience);
    return new FramedAvro<>(ModelRelease.class, new SchemaRegistry(options));
  }

  private FramedAvro<ModelRelease> avro() {
    return avro(Map.of(), Duration.ofSeconds(60));
  }

  private static ModelRelease release(String name) {
    return new ModelRelease("PRIMARY", name, "1", "file:///m", "0", 0.5, Map.of("a", "b"));
  }

  @Test
  void aRecordIsFramedByItsSchemasIdWhichIsAskedForOnce() throws Exception {
    FramedAvro<ModelRelease> avro = avro();
    byte[] bytes = avro.encode(release("x"), "models", 100);
    assertEquals(0, bytes[0]);
    assertEquals(100, ByteBuffer.wrap(bytes).getInt(1));
    avro.encode(release("y"), "models", 100);
    assertEquals(release("x"), avro.decode(bytes));
    assertEquals(List.of("POST subjects/models-value/versions null"), fake.requests);
    FramedAvro<ModelRelease> other = avro();
    assertEquals(release("x"), other.decode(bytes));
    assertEquals(release("x"), other.decode(bytes));
    assertEquals("GET schemas/ids/100 null", fake.requests.get(1));
    assertEquals(2, fake.requests.size());
  }

  @Test
  void aRecordOfAnotherSchemaIsResolvedByTheRulesOfAvro() throws Exception {
    Schema ours = ModelRelease.getClassSchema();
    String later =
        ours.toString()
            .replaceFirst(
                "\"fields\":\\[", "\"fields\":[{\"name\":\"comment\",\"type\":\"string\"},");
    Schema theirs = new Schema.Parser().parse(later);
    fake.put(7, new ObjectMapper().createObjectNode().put("schema", later).toString());
    var record = new GenericData.Record(theirs);
    record.put("comment", "of a later version");
    record.put("role", "CANARY");
    for (String text : List.of("name", "version", "uri", "sha256")) {
      record.put(text, text);
    }
    record.put("share", 0.25);
    record.put("attributes", Map.of());
    byte[] bytes = framed(7, theirs, record);
    assertEquals(
        new ModelRelease("CANARY", "name", "version", "uri", "sha256", 0.25, Map.of()),
        avro().decode(bytes));
    fake.put(8, "{\"schema\":\"\\\"string\\\"\"}");
    byte[] text = {0, 0, 0, 0, 8, 2, 'a'};
    assertThrows(IOException.class, () -> avro().decode(text));
  }

  private static byte[] framed(int id, Schema schema, GenericRecord record) throws IOException {
    var bytes = new ByteArrayOutputStream();
    bytes.write(0);
    bytes.write(ByteBuffer.allocate(4).putInt(id).array());
    var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    return bytes.toByteArray();
  }

  @Test
  void anUnknownIdIsNotAskedForAgainAtOnce() {
    FramedAvro<ModelRelease> avro = avro();
    byte[] bytes = {0, 0, 0, 1, 0, 1, 2, 3};
    for (int i = 0; i < 3; i++) {
      var e = assertThrows(UnknownSchemaException.class, () -> avro.decode(bytes));
      assertEquals("the schema registry has no schema 256", e.getMessage());
    }
    assertEquals(1, fake.requests.size());
  }

  @Test
  void whatIsNoAvroSchemaOrRefersToOthersIsUnknown() {
    fake.put(1, "{\"schema\":\"syntax = proto3\",\"schemaType\":\"PROTOBUF\"}");
    fake.put(2, "{\"schema\":\"{nonsense\"}");
    fake.put(3, "{\"schema\":\"\\\"int\\\"\",\"references\":[{\"name\":\"x\"}]}");
    FramedAvro<ModelRelease> avro = avro();
    for (int id = 1; id <= 3; id++) {
      byte[] bytes = {0, 0, 0, 0, (byte) id, 1};
      assertThrows(UnknownSchemaException.class, () -> avro.decode(bytes));
    }
  }

  @Test
  void aRegistryThatFailsForAWhileIsAskedAgain() throws Exception {
    byte[] bytes = avro().encode(release("x"), "models", 100);
    fake.failures.addAll(List.of(503, 500, 429));
    assertEquals(release("x"), avro().decode(bytes));
    assertEquals(5, fake.requests.size());
  }

  @Test
  void aRegistryThatStaysAwayIsNoFaultOfTheRecord() throws Exception {
    byte[] bytes = avro().encode(release("x"), "models", 100);
    URI url = fake.url();
    fake.close();
    var e =
        assertThrows(
            RegistryException.class, () -> avro(Map.of(), Duration.ofSeconds(1)).decode(bytes));
    assertTrue(e.getMessage().startsWith("the schema registry " + url + "/ does not answer: "));
  }

  @Test
  void whoIsRefusedIsToldAtOnceAndNoSecretIsPrinted() throws Exception {
    byte[] bytes = avro().encode(release("x"), "models", 100);
    fake.failures.add(401);
    Map<String, String> secret = Map.of("basic.auth.user.info", "user:geheim");
    var e =
        assertThrows(
            RegistryException.class, () -> avro(secret, Duration.ofMinutes(1)).decode(bytes));
    assertTrue(e.getMessage().endsWith("answers with status 401: made up"), e::getMessage);
    assertTrue(fake.requests.get(1).endsWith(" Basic dXNlcjpnZWhlaW0="), fake.requests::toString);
    assertFalse(e.toString().contains("geheim"));
    var options = RegistryOptions.of(fake.url(), secret);
    assertFalse(options.toString().contains("geheim"), options::toString);
    avro(Map.of("bearer.auth.token", "t"), Duration.ofMinutes(1)).decode(bytes);
    assertTrue(fake.requests.get(2).endsWith(" Bearer t"));
  }

  @Test
  void optionsThatCannotBeAreRefusedWithoutTheirText() {
    for (String url :
        List.of("ftp://h/", "http://u:geheim@h/", "https://h/?geheim", "h:8081", "https:/x")) {
      var e =
          assertThrows(
              IllegalArgumentException.class, () -> RegistryOptions.of(URI.create(url), Map.of()));
      assertFalse(e.getMessage().contains("geheim"));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> RegistryOptions.of(URI.create("http://h"), Map.of("password", "x")));
  }

  @Test
  void brokenRecordsNeverAllocateWhatTheyClaimAndNothingElseIsThrown() throws Exception {
    FramedAvro<ModelRelease> avro = avro();
    byte[] good = avro.encode(release("x"), "models", 100);
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThrows(IOException.class, () -> avro.decode(cut));
    }
    assertThrows(IOException.class, () -> avro.decode(Arrays.copyOf(good, good.length + 1)));
    Random random = new Random(3);
    for (int i = 0; i < 5_000; i++) {
      byte[] mutated = good.clone();
      mutated[5 + random.nextInt(mutated.length - 5)] = (byte) random.nextInt();
      try {
        avro.decode(mutated);
      } catch (IOException e) {
        assertTrue(e.getMessage().length() > 0);
      }
    }
  }
}
