package vggstream.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import vggstream.schema.DeadLetter;
import vggstream.schema.ImageEvent;
import vggstream.schema.ImageInfo;
import vggstream.schema.LabelledBox;
import vggstream.schema.Model;
import vggstream.schema.ModelRelease;
import vggstream.schema.Origin;
import vggstream.schema.Prediction;
import vggstream.schema.RankedLabel;
import vggstream.schema.TestProtocol;
import vggstream.schema.Timings;

class RecordJsonTest {
  private static final Instant TIME = Instant.parse("2026-11-22T13:14:15Z");

  @Test
  void predictionHasTheSchemasFieldsInOrder() {
    assertEquals(
        """
        {"eventId":"cat/1.jpg","source":"cat","capturedAt":"2026-11-22T13:14:15.000Z",\
        "predictedAt":"2026-11-22T13:14:15.120Z",\
        "model":{"name":"n","version":"1","sha256":"ab","role":"PRIMARY"},\
        "image":{"width":640,"height":480,"format":"JPEG"},\
        "protocol":{"scales":[256,384],"flip":true,"crops":"NONE"},\
        "predictions":[{"rank":1,"classIndex":7,"label":"cat","probability":0.1}],\
        "boxes":[{"classIndex":7,"label":"cat","score":0.5,"xMin":0.0,"yMin":1.25,"xMax":640.0,"yMax":480.0,\
        "xMinNormalised":0.0,"yMinNormalised":0.125,"xMaxNormalised":1.0,"yMaxNormalised":1.0}],\
        "timings":{"decodeMicros":1,"queueMicros":2,"inferenceMicros":3,"batchSize":4},\
        "origin":{"topic":"image-events","partition":0,"offset":5},"attributes":{"a":"1","b":"ü\\n\\""}}""",
        RecordJson.toJson(prediction(0.1f)));
  }

  private static Prediction prediction(float probability) {
    return new Prediction(
        "cat/1.jpg",
        "cat",
        TIME,
        TIME.plusMillis(120),
        new Model("n", "1", "ab", "PRIMARY"),
        new ImageInfo(640, 480, "JPEG"),
        new TestProtocol(List.of(256, 384), true, "NONE"),
        List.of(new RankedLabel(1, 7, "cat", probability)),
        List.of(new LabelledBox(7, "cat", 0.5f, 0f, 1.25f, 640f, 480f, 0f, 0.125f, 1f, 1f)),
        new Timings(1L, 2L, 3L, 4),
        new Origin("image-events", 0, 5L),
        Map.of("b", "ü\n\"", "a", "1"));
  }

  @Test
  void absentIsNullAndBytesAreLeftOut() {
    var event =
        new ImageEvent("e", "s", TIME, ByteBuffer.wrap(new byte[] {1}), null, null, null, Map.of());
    assertEquals(
        """
        {"eventId":"e","source":"s","capturedAt":"2026-11-22T13:14:15.000Z","uri":null,\
        "sha256":null,"length":null,"attributes":{}}""",
        RecordJson.toJson(event));
    var letter =
        new DeadLetter(
            new Origin("t", 1, 2L), null, "R", "S", "m", TIME, ByteBuffer.allocate(3), Map.of());
    assertEquals(
        """
        {"origin":{"topic":"t","partition":1,"offset":2},"eventId":null,"reason":"R","stage":"S",\
        "message":"m","occurredAt":"2026-11-22T13:14:15.000Z","attributes":{}}""",
        RecordJson.toJson(letter));
  }

  @Test
  void everyFloatReadsBackAsItself() throws Exception {
    var random = new Random(1);
    var mapper = new ObjectMapper();
    for (int i = 0; i < 20_000; i++) {
      float f = i % 2 == 0 ? random.nextFloat() : Float.intBitsToFloat(random.nextInt());
      if (Float.isFinite(f)) {
        JsonNode json = mapper.readTree(RecordJson.toJson(prediction(f)));
        String text = json.get("predictions").get(0).get("probability").asText();
        assertEquals(f, Float.parseFloat(text));
      }
    }
  }

  @Test
  void floatsAreShort() {
    assertTrue(RecordJson.toJson(prediction(2e-44f)).contains("\"probability\":2.0E-44}"));
    assertTrue(RecordJson.toJson(prediction(1.0e23f)).contains("\"probability\":1.0E23}"));
    assertTrue(RecordJson.toJson(prediction(0.3f)).contains("\"probability\":0.3}"));
    var release = new ModelRelease("CANARY", "n", "1", "u", "s", 2.0E-3, Map.of());
    assertTrue(RecordJson.toJson(release).contains("\"share\":0.002,"));
  }

  @Test
  void aNumberThatIsNotFiniteIsRefused() {
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> RecordJson.toJson(prediction(Float.NaN)));
    assertEquals("field probability must be a finite number: was NaN", e.getMessage());
  }

  @Test
  void aRecordIsOneLine() {
    assertFalse(RecordJson.toJson(prediction(1)).contains("\n"));
  }
}
