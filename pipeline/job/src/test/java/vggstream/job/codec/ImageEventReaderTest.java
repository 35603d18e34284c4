package vggstream.job.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import vggstream.schema.ImageEvent;

class ImageEventReaderTest {
  private static final String SHA256_OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  private final ImageEventReader reader = new ImageEventReader();

  static <T extends SpecificRecord> byte[] encode(T record, boolean blocks) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      BinaryEncoder encoder =
          blocks
              ? EncoderFactory.get().blockingBinaryEncoder(out, null)
              : EncoderFactory.get().binaryEncoder(out, null);
      new SpecificDatumWriter<T>(record.getSchema()).write(record, encoder);
      encoder.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static ImageEvent.Builder event() {
    return ImageEvent.newBuilder()
        .setEventId("e")
        .setSource("s")
        .setCapturedAt(Instant.ofEpochMilli(-7))
        .setPayload(ByteBuffer.wrap("abc".getBytes(StandardCharsets.UTF_8)))
        .setAttributes(Map.of());
  }

  private static SourceRecord record(byte[] value) {
    return new SourceRecord(null, value, "t", 1, 2);
  }

  private Reading read(ImageEvent.Builder event) {
    return reader.read(record(encode(event.build(), false)));
  }

  private void assertUnreadable(DeadLetterReason reason, String eventId, Reading reading) {
    Reading.Unreadable unreadable = assertInstanceOf(Reading.Unreadable.class, reading);
    assertEquals(reason, unreadable.reason(), unreadable.message());
    assertEquals(eventId, unreadable.eventId());
  }

  @Test
  void fieldsAreReadInTheOrderOfTheSchema() {
    assertEquals(
        List.of(
            "eventId", "source", "capturedAt", "payload", "uri", "sha256", "length", "attributes"),
        ImageEvent.getClassSchema().getFields().stream().map(Schema.Field::name).toList());
  }

  @Test
  void randomEventsAreReadAsTheyWereWritten() {
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      byte[] payload = new byte[random.nextInt(3000)];
      random.nextBytes(payload);
      Map<String, String> attributes = new HashMap<>();
      for (int a = random.nextInt(4); a > 0; a--) {
        attributes.put("k" + a, "wert-ä-" + random.nextInt());
      }
      ImageEvent event =
          ImageEvent.newBuilder()
              .setEventId("id-ß-" + i)
              .setSource("s" + random.nextInt(1000))
              .setCapturedAt(Instant.ofEpochMilli(random.nextLong() >> random.nextInt(40)))
              .setPayload(ByteBuffer.wrap(payload))
              .setLength(random.nextBoolean() ? null : (long) payload.length)
              .setAttributes(attributes)
              .build();
      Reading reading = reader.read(record(encode(event, i % 2 == 0)));
      ImageRequest request = assertInstanceOf(Reading.Event.class, reading).request();
      assertEquals(event.getEventId(), request.eventId());
      assertEquals(event.getSource(), request.source());
      assertEquals(event.getCapturedAt().toEpochMilli(), request.capturedAtMillis());
      assertEquals(ByteBuffer.wrap(payload), request.payload());
      assertEquals(attributes, request.attributes());
    }
  }

  @Test
  void brokenRecordsNeverThrowAndNeverAllocateWhatTheyClaim() {
    byte[] good =
        encode(event().setAttributes(Map.of("a", "b")).setSha256(SHA256_OF_ABC).build(), false);
    for (int length = 0; length < good.length; length++) {
      assertUnreadable(
          DeadLetterReason.NOT_AN_IMAGE_EVENT,
          null,
          reader.read(record(Arrays.copyOf(good, length))));
    }
    assertUnreadable(
        DeadLetterReason.NOT_AN_IMAGE_EVENT,
        null,
        reader.read(record(Arrays.copyOf(good, good.length + 1))));
    byte[] huge = {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f}; // 2 GB of eventId
    assertUnreadable(DeadLetterReason.NOT_AN_IMAGE_EVENT, null, reader.read(record(huge)));
    Random random = new Random(2);
    int readable = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] mutated = good.clone();
      for (int m = random.nextInt(4); m >= 0; m--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
      }
      readable += reader.read(record(mutated)) instanceof Reading.Event ? 1 : 0;
    }
    assertTrue(readable > 0 && readable < 20_000);
  }

  @Test
  void missingValueIsUnreadable() {
    assertUnreadable(
        DeadLetterReason.NO_VALUE, null, reader.read(new SourceRecord(null, null, "t", 0, 0)));
  }

  @Test
  void eventsThatBreakARuleAreInvalid() {
    assertUnreadable(DeadLetterReason.INVALID_EVENT, null, read(event().setEventId("")));
    assertUnreadable(DeadLetterReason.INVALID_EVENT, "e", read(event().setSource("")));
    assertUnreadable(DeadLetterReason.INVALID_EVENT, "e", read(event().setPayload(null)));
    assertUnreadable(DeadLetterReason.INVALID_EVENT, "e", read(event().setUri("file:///x")));
  }

  @Test
  void whatAnEventSaysOfAnImageElsewhereIsReadAndNotYetChecked() {
    Reading reading =
        read(event().setPayload(null).setUri("s3://b/k").setSha256("abc").setLength(-3L));
    ImageRequest request = assertInstanceOf(Reading.Event.class, reading).request();
    assertEquals(new Reference("s3://b/k", "abc", -3L), request.reference());
    assertThrows(IllegalStateException.class, request::payload);
    reading = read(event().setPayload(null).setUri(""));
    request = assertInstanceOf(Reading.Event.class, reading).request();
    assertEquals(new Reference("", null, null), request.reference());
  }

  @Test
  void lengthAndDigestAreCheckedWhereGiven() {
    assertInstanceOf(Reading.Event.class, read(event().setLength(3L).setSha256(SHA256_OF_ABC)));
    assertUnreadable(DeadLetterReason.LENGTH_DIFFERS, "e", read(event().setLength(4L)));
    assertUnreadable(DeadLetterReason.SHA256_DIFFERS, "e", read(event().setSha256("0".repeat(64))));
    assertNull(assertInstanceOf(Reading.Event.class, read(event())).request().record().key());
    assertNull(assertInstanceOf(Reading.Event.class, read(event())).request().reference());
  }
}
