package vggstream.schema;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One full and one all-null record of each kind. */
final class Samples {
  private static final Instant T0 = Instant.parse("2026-11-22T13:14:15.678Z");
  private static final Instant BEFORE_EPOCH = Instant.parse("1969-12-31T23:59:59.999Z");
  private static final String SHA = "0123456789abcdef".repeat(4);
  private static final Map<String, String> ATTRIBUTES = Map.of("lens", "35 mm", "ünïcode", "→ ok");

  private Samples() {}

  static ImageEvent fullImageEvent() {
    return new ImageEvent(
        "north/0001.jpg", "north", T0, bytes(0, -1, 127, -128), "s3://b/k", SHA, 4L, ATTRIBUTES);
  }

  static ImageEvent emptyImageEvent() {
    return new ImageEvent("", "", BEFORE_EPOCH, null, null, null, null, Map.of());
  }

  static Prediction fullPrediction() {
    return new Prediction(
        "north/0001.jpg",
        "north",
        T0,
        T0.plusMillis(321),
        new Model("vgg-d", "1.0.0", SHA, "PRIMARY"),
        new ImageInfo(640, 480, "JPEG"),
        new TestProtocol(List.of(256, 384, 512), true, "NONE"),
        List.of(new RankedLabel(1, 7, "cat", 0.1f), new RankedLabel(2, 0, "dog", 1e-7f)),
        List.of(new LabelledBox(7, "cat", 0.75f, 0f, 0.5f, 640f, 479.25f, 0f, 0.125f, 1f, 0.75f)),
        new Timings(1_234L, 56L, 7_890_123_456L, 16),
        new Origin("image-events", 3, 9_876_543_210L),
        ATTRIBUTES);
  }

  static Prediction emptyPrediction() {
    return new Prediction(
        "",
        "",
        BEFORE_EPOCH,
        BEFORE_EPOCH,
        new Model("", "", "", ""),
        new ImageInfo(0, 0, ""),
        new TestProtocol(List.of(), false, ""),
        List.of(),
        List.of(),
        new Timings(0L, 0L, 0L, 0),
        new Origin("", 0, 0L),
        Map.of());
  }

  static DeadLetter fullDeadLetter() {
    return new DeadLetter(
        new Origin("image-events", 0, 12L),
        "north/0002.jpg",
        "TRUNCATED",
        "DECODE",
        "the data must end with the image: 17 bytes are missing",
        T0,
        bytes(1, 2, 3),
        ATTRIBUTES);
  }

  static DeadLetter emptyDeadLetter() {
    return new DeadLetter(new Origin("", 0, 0L), null, "", "", "", BEFORE_EPOCH, null, Map.of());
  }

  static ModelRelease fullModelRelease() {
    return new ModelRelease("CANARY", "vgg-d", "1.1.0", "s3://b/m.onnx", SHA, 0.1, ATTRIBUTES);
  }

  static ModelRelease emptyModelRelease() {
    return new ModelRelease("", "", "", "", "", 0.0, Map.of());
  }

  private static ByteBuffer bytes(int... values) {
    var bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return ByteBuffer.wrap(bytes);
  }
}
