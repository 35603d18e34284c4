package vggstream.local.demo;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import vggstream.avro.PlainAvro;
import vggstream.local.scene.CameraFeed;
import vggstream.local.scene.Frame;
import vggstream.local.scene.Thing;
import vggstream.localise.Box;
import vggstream.schema.ImageEvent;

/** Sends a camera's feed at its rate, until the feed is over, it is stopped, or sending fails. */
final class CameraThread extends Thread {

  /**
   * A frame that was sent and has no answer yet.
   *
   * @param camera its name
   * @param number of the frame
   * @param truth what was drawn
   * @param box where it was drawn
   * @param jpeg what was sent
   */
  record Sent(String camera, int number, Thing truth, Box box, byte[] jpeg) {}

  private final CameraFeed feed;
  private final int frames;
  private final long periodMillis;
  private final Producer<String, byte[]> producer;
  private final String topic;
  private final ConcurrentMap<String, Sent> waiting;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  CameraThread(
      CameraFeed feed,
      int frames,
      long periodMillis,
      Producer<String, byte[]> producer,
      String topic,
      ConcurrentMap<String, Sent> waiting) {
    super("camera-" + feed.name());
    this.feed = feed;
    this.frames = frames;
    this.periodMillis = periodMillis;
    this.producer = producer;
    this.topic = topic;
    this.waiting = waiting;
    setDaemon(true);
  }

  @Override
  public void run() {
    PlainAvro<ImageEvent> avro = new PlainAvro<>(ImageEvent.class);
    long start = System.nanoTime();
    try {
      for (int i = 0; i < frames; i++) {
        Frame frame = feed.frame(i);
        byte[] jpeg = frame.toJpeg();
        long due = i * periodMillis - (System.nanoTime() - start) / 1_000_000;
        if (stop.await(Math.max(0, due), TimeUnit.MILLISECONDS)) {
          return;
        }
        String eventId = "%s/%04d".formatted(feed.name(), i);
        waiting.put(eventId, new Sent(feed.name(), i, frame.thing(), frame.box(), jpeg));
        ImageEvent event =
            ImageEvent.newBuilder()
                .setEventId(eventId)
                .setSource(feed.name())
                .setCapturedAt(Instant.now())
                .setPayload(ByteBuffer.wrap(jpeg))
                .setLength((long) jpeg.length)
                .setAttributes(Map.of("frame", Integer.toString(i)))
                .build();
        producer.send(
            new ProducerRecord<>(topic, feed.name(), avro.encode(event)),
            (metadata, error) -> failure.compareAndSet(null, error));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  /** Why a frame was not sent; null if all were. */
  @Nullable Exception failure() {
    return failure.get();
  }

  /** No further frame is sent. */
  void stopSending() {
    stop.countDown();
  }
}
