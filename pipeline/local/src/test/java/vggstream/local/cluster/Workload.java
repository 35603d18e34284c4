package vggstream.local.cluster;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import vggstream.image.Size;
import vggstream.local.Records;
import vggstream.local.scene.CameraFeed;
import vggstream.schema.ImageEvent;

/** Numbered events: drawn scenes of several sizes, and one in fifty that cannot be answered. */
final class Workload {
  static final String TOPIC = "image-events";

  private static final int[][] SIZES = {{64, 48}, {96, 96}, {120, 80}, {72, 128}, {160, 120}};
  private static final int FRAMES = 8;
  private static final int BAD_EVERY = 50;
  private static final int BAD_AT = 7;
  private static final List<String> REASONS = List.of("UNSUPPORTED_FORMAT", "EMPTY", "TRUNCATED");

  private final List<byte[]> images = new ArrayList<>();

  Workload() {
    for (int frame = 0; frame < FRAMES; frame++) {
      for (int i = 0; i < SIZES.length; i++) {
        images.add(
            new CameraFeed("camera-" + i, i, SIZES[i][0], SIZES[i][1], 1).frame(frame).toJpeg());
      }
    }
  }

  /** The number in the id of an event. */
  static int number(String eventId) {
    return Integer.parseInt(eventId.substring(eventId.lastIndexOf('-') + 1));
  }

  static String id(int number) {
    return "event-" + number;
  }

  /** The reason of the dead letter of an event; null if it can be answered. */
  static @Nullable String reason(int number) {
    return number % BAD_EVERY == BAD_AT ? REASONS.get(number / BAD_EVERY % REASONS.size()) : null;
  }

  /** Width and height of the image of an event. */
  static Size size(int number) {
    int[] size = SIZES[number % SIZES.length];
    return new Size(size[0], size[1]);
  }

  /** The image of an event that can be answered: a JPEG file. */
  byte[] image(int number) {
    return images.get(number % images.size());
  }

  /** Bytes of the largest. */
  int largestImage() {
    return images.stream().mapToInt(image -> image.length).max().orElseThrow();
  }

  private byte[] payload(int number) {
    String reason = reason(number);
    byte[] image = image(number);
    if (reason == null) {
      return image;
    }
    return switch (reason) {
      case "EMPTY" -> new byte[0];
      case "TRUNCATED" -> Arrays.copyOf(image, image.length / 2);
      default -> "no image".getBytes(StandardCharsets.UTF_8);
    };
  }

  private ProducerRecord<byte[], byte[]> record(int number) {
    String source = "camera-" + number % 16;
    return new ProducerRecord<>(
        TOPIC,
        source.getBytes(StandardCharsets.UTF_8),
        Records.encode(
            ImageEvent.newBuilder()
                .setEventId(id(number))
                .setSource(source)
                .setCapturedAt(Instant.ofEpochMilli(1_700_000_000_000L + number))
                .setPayload(ByteBuffer.wrap(payload(number)))
                .setAttributes(Map.of())
                .build()));
  }

  /** Sends the events of numbers {@code from} (inclusive) to {@code to} (exclusive). */
  void send(KafkaProducer<byte[], byte[]> producer, int from, int to) {
    for (int number = from; number < to; number++) {
      producer.send(record(number));
    }
    producer.flush();
  }

  static KafkaProducer<byte[], byte[]> producer(String bootstrapServers) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", bootstrapServers, "enable.idempotence", "true"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
