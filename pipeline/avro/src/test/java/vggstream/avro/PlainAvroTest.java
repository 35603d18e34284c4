package vggstream.avro;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import vggstream.schema.DeadLetter;
import vggstream.schema.ImageEvent;
import vggstream.schema.Origin;

class PlainAvroTest {
  private final PlainAvro<DeadLetter> avro = new PlainAvro<>(DeadLetter.class);

  private static DeadLetter letter() {
    return new DeadLetter(
        new Origin("image-events", 1, 2L),
        "a/b.jpg",
        "TRUNCATED",
        "DECODE",
        "too short",
        Instant.ofEpochMilli(1_700_000_000_123L),
        ByteBuffer.wrap(new byte[] {1, 2, 3}),
        Map.of("k", "v", "l", "w"));
  }

  @Test
  void aRecordReadsAsWritten() throws IOException {
    assertEquals(letter(), avro.decode(avro.encode(letter())));
  }

  @Test
  void theEncodingHasNoHeader() {
    var event = new ImageEvent("e", "s", Instant.EPOCH, null, null, null, null, Map.of());
    assertArrayEquals(
        new byte[] {2, 'e', 2, 's', 0, 0, 0, 0, 0, 0},
        new PlainAvro<>(ImageEvent.class).encode(event));
  }

  @Test
  void aTruncatedRecordIsRefusedAtEveryLength() {
    byte[] bytes = avro.encode(letter());
    for (int n = 0; n < bytes.length; n++) {
      byte[] cut = Arrays.copyOf(bytes, n);
      var e = assertThrows(IOException.class, () -> avro.decode(cut));
      assertTrue(e.getMessage().startsWith("not a DeadLetter: "), e.getMessage());
      assertFalse(e.getMessage().endsWith("null"), e.getMessage());
    }
  }

  @Test
  void bytesAfterTheEndAreRefused() {
    byte[] bytes = avro.encode(letter());
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    var e = assertThrows(IOException.class, () -> avro.decode(longer));
    assertEquals("bytes follow after the end of a DeadLetter", e.getMessage());
  }

  @Test
  void aLengthBeyondTheBytesIsRefusedBeforeItIsAllocated() {
    // the topic's name claims 2^31 - 10 bytes
    byte[] huge = {(byte) 0xec, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f, 1, 2, 3};
    var e = assertThrows(IOException.class, () -> avro.decode(huge));
    assertEquals(
        "not a DeadLetter: a length must be at most the 3 bytes left: was 2147483638",
        e.getMessage());
  }

  @Test
  void mutatedRecordsAreReadOrRefusedAndNothingElse() {
    var random = new Random(7);
    byte[] original = avro.encode(letter());
    int refused = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = original.clone();
      for (int k = 0; k <= random.nextInt(4); k++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        avro.decode(bytes);
      } catch (IOException e) {
        refused++;
      }
    }
    assertTrue(refused > 1000, "refused " + refused);
  }
}
