package vggstream.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import vggstream.avro.RecordCodec;
import vggstream.avro.RegistryException;
import vggstream.schema.ImageEvent;

/**
 * Sends image files as events, whole or by reference, keyed by source, with an idempotent producer:
 * within one sender no event is written twice or out of order. What is sent but not yet
 * acknowledged is bounded by the producer's {@code buffer.memory} (default 64 MiB); {@link #send}
 * waits when it is full. Used by one thread.
 */
public final class ImageSender implements AutoCloseable {
  /** Told once of each event's fate, by the sending thread or by Kafka's. */
  public interface Listener {
    /** The brokers hold the event. {@code bytes} of its image. */
    void delivered(ImageFile file, long bytes);

    /** The event was not sent. {@code reason} states the rule and the value. */
    void failed(ImageFile file, String reason);
  }

  /** What {@code capturedAt} says. */
  public enum CapturedAt {
    /** The time of sending. */
    NOW,
    /** The file's time of last modification. */
    FILE_TIME
  }

  private static final int BUFFER_BYTES = 64 << 20;
  private static final int BATCH_BYTES = 256 << 10;

  /** Above what a record adds to its key and value: batch header, varints, Avro's own fields. */
  private static final int OVERHEAD_BYTES = 512;

  private final KafkaTopic topic;
  private final CapturedAt capturedAt;
  private final Listener listener;
  private final @Nullable FileUris uris;
  private final Producer<String, byte[]> producer;
  private final RecordCodec<ImageEvent> avro;
  private final AtomicReference<@Nullable Exception> broken = new AtomicReference<>();

  ImageSender(
      KafkaTopic topic,
      CapturedAt capturedAt,
      Listener listener,
      @Nullable FileUris uris,
      RecordCodec<ImageEvent> avro,
      Producer<String, byte[]> producer) {
    this.avro = avro;
    this.topic = topic;
    this.capturedAt = capturedAt;
    this.listener = listener;
    this.uris = uris;
    this.producer = producer;
  }

  /**
   * Connects, and reads the topic's size limit.
   *
   * @throws ClientException if no broker answers within 10 s, there is no such topic, or a property
   *     is wrong
   */
  public static ImageSender open(
      KafkaCluster cluster, String topic, CapturedAt capturedAt, Listener listener)
      throws ClientException {
    return open(cluster, topic, capturedAt, listener, null);
  }

  /**
   * As {@link #open}.
   *
   * @param uris of the files, which are then sent by reference: uri, SHA-256 and length; null: the
   *     files' bytes are sent
   */
  static ImageSender open(
      KafkaCluster cluster,
      String topic,
      CapturedAt capturedAt,
      Listener listener,
      @Nullable FileUris uris)
      throws ClientException {
    KafkaTopic found = KafkaTopic.find(cluster, topic);
    try {
      var producer =
          new KafkaProducer<>(
              cluster.settings(defaults(found)), new StringSerializer(), new ByteArraySerializer());
      return new ImageSender(
          found, capturedAt, listener, uris, cluster.codec(ImageEvent.class), producer);
    } catch (KafkaException e) {
      throw KafkaTopic.failure(e, cluster, topic);
    }
  }

  private static Map<String, Object> defaults(KafkaTopic topic) {
    var defaults = new HashMap<String, Object>();
    defaults.put(ProducerConfig.CLIENT_ID_CONFIG, "vgg-client");
    defaults.put(ProducerConfig.ACKS_CONFIG, "all");
    defaults.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    defaults.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, topic.maxMessageBytes());
    defaults.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) BUFFER_BYTES);
    defaults.put(ProducerConfig.BATCH_SIZE_CONFIG, Math.min(BATCH_BYTES, topic.maxMessageBytes()));
    defaults.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    // as long as a delivery may take: a full buffer means that the brokers are slow, not gone
    defaults.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 120_000L);
    return defaults;
  }

  /** The largest image that the topic takes under this source and eventId, in bytes. */
  int maxImageBytes(ImageFile file) {
    int texts = utf8(file.eventId()) + 2 * utf8(file.source());
    return Math.min(topic.maxMessageBytes(), KafkaTopic.LIMIT_BYTES) - texts - OVERHEAD_BYTES;
  }

  private static int utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * Reads and sends one file; a file that is too large or cannot be read is reported to the
   * listener and not sent. Returns before the brokers have it.
   *
   * @throws ClientException if the brokers take no more events; then no further one is sent
   */
  public void send(ImageFile file) throws ClientException {
    ImageContent content = read(file);
    if (content != null) {
      send(file, content);
    }
  }

  /**
   * As {@link #send}, but a file whose header is not that of an image is left out, and not
   * reported.
   *
   * @return false if the file was left out
   */
  public boolean sendIfImage(ImageFile file) throws ClientException {
    ImageContent content = read(file);
    if (content == null) {
      return true;
    }
    if (!content.isImage()) {
      return false;
    }
    send(file, content);
    return true;
  }

  /**
   * Sends a frame. Returns before the brokers have it.
   *
   * @param frame its path is shown where it fails, and not read
   * @param jpeg its bytes; must not be changed any more
   * @throws ClientException as {@link #send(ImageFile)}
   */
  void send(ImageFile frame, Instant frameTime, byte[] jpeg) throws ClientException {
    requireUnbroken();
    if (jpeg.length > maxImageBytes(frame)) {
      listener.failed(frame, tooLarge(jpeg.length, frame));
      return;
    }
    send(frame, frameTime, new ImageContent.Payload(jpeg));
  }

  /** What is to be sent of a file, or null where that it cannot be sent was reported. */
  private @Nullable ImageContent read(ImageFile file) throws ClientException {
    requireUnbroken();
    try {
      if (uris != null) {
        return ImageContent.Elsewhere.read(file.path(), uris.of(file));
      }
      long size = Files.size(file.path());
      if (size <= maxImageBytes(file)) {
        return ImageContent.Payload.read(file.path());
      }
      listener.failed(file, tooLarge(size, file));
    } catch (IOException e) {
      listener.failed(file, "cannot be read: " + ClientException.reason(e));
    }
    return null;
  }

  private void send(ImageFile file, ImageContent content) throws ClientException {
    Instant time;
    try {
      time =
          switch (capturedAt) {
            case NOW -> Instant.now();
            case FILE_TIME -> Files.getLastModifiedTime(file.path()).toInstant();
          };
    } catch (IOException e) {
      listener.failed(file, "cannot be read: " + ClientException.reason(e));
      return;
    }
    send(file, time, content);
  }

  private void send(ImageFile file, Instant time, ImageContent content) throws ClientException {
    long bytes = content.length();
    try {
      byte[] value =
          avro.encode(event(file, time, content), topic.name(), content.size() + OVERHEAD_BYTES);
      producer.send(
          new ProducerRecord<>(topic.name(), file.source(), value),
          (metadata, error) -> acknowledged(file, bytes, error));
    } catch (RegistryException e) {
      throw new ClientException(String.valueOf(e.getMessage()), e);
    } catch (InterruptException e) {
      throw new ClientException("interrupted", e);
    } catch (KafkaException e) {
      acknowledged(file, bytes, e);
    }
  }

  private String tooLarge(long size, ImageFile file) {
    return "must be at most %,d bytes, for the topic %s takes messages of %,d bytes: was %,d"
        .formatted(
            maxImageBytes(file),
            topic.name(),
            Math.min(topic.maxMessageBytes(), KafkaTopic.LIMIT_BYTES),
            size);
  }

  private static ImageEvent event(ImageFile file, Instant time, ImageContent content) {
    ImageEvent.Builder event =
        ImageEvent.newBuilder()
            .setEventId(file.eventId())
            .setSource(file.source())
            .setCapturedAt(time);
    content.describe(event);
    return event.build();
  }

  private void acknowledged(ImageFile file, long bytes, @Nullable Exception error) {
    if (error == null) {
      listener.delivered(file, bytes);
      return;
    }
    if (!(error instanceof RecordTooLargeException)) {
      broken.compareAndSet(null, error);
    }
    listener.failed(file, "Kafka did not take it: " + error.getMessage());
  }

  /**
   * Waits until each event's fate is known and told to the listener.
   *
   * @throws ClientException if the brokers took some events no more
   */
  public void flush() throws ClientException {
    try {
      producer.flush();
    } catch (InterruptException e) {
      throw new ClientException("interrupted", e);
    }
    requireUnbroken();
  }

  private void requireUnbroken() throws ClientException {
    Exception error = broken.get();
    if (error != null) {
      throw new ClientException("Kafka takes no more events: " + error.getMessage(), error);
    }
  }

  /** Sends what waits, and disconnects. */
  @Override
  public void close() {
    producer.close();
  }
}
