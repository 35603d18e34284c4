package vggstream.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vggstream.client.KafkaCluster;
import vggstream.client.RecordTail;
import vggstream.client.VggClient;
import vggstream.schema.ImageEvent;
import vggstream.schema.Origin;
import vggstream.video.TestVideos;

/** Frames of a video through a real broker. */
@Timeout(120)
class VideoITCase {
  @TempDir private Path temp;
  @TempDir private Path brokerFolder;

  @Test
  void aVideoIsReadBackFrameByFrameInOrder() throws Exception {
    Path file = temp.resolve("yard.mp4");
    TestVideos.write(file, "mp4", TestVideos.MPEG4, 20, 200);
    var out = new StringWriter();
    var err = new StringWriter();
    try (EmbeddedBroker broker = EmbeddedBroker.start(brokerFolder)) {
      broker.createTopic("frames", 2);
      int code =
          VggClient.commandLine()
              .setOut(new PrintWriter(out))
              .setErr(new PrintWriter(err))
              .execute(
                  "send",
                  "--bootstrap-servers",
                  broker.bootstrapServers(),
                  "--topic=frames",
                  "--video=" + file,
                  "--fps=4",
                  "--max-side=80",
                  "--source=yard",
                  "--start-time=2026-03-04T05:06:07Z");
      assertEquals(0, code, err::toString);
      assertTrue(out.toString().startsWith("sent 40 of 40 frames, "), out::toString);
      List<ImageEvent> events = events(broker, 40);
      for (int i = 0; i < 40; i++) {
        ImageEvent event = events.get(i);
        byte[] jpeg = new byte[event.getPayload().remaining()];
        event.getPayload().duplicate().get(jpeg);
        assertEquals(5 * i, TestVideos.number(jpeg));
        assertEquals("yard.mp4/%d.%03d".formatted(i / 4, i % 4 * 250), event.getEventId());
        assertEquals(
            Instant.parse("2026-03-04T05:06:07Z").plusMillis(250L * i), event.getCapturedAt());
      }
    }
    assertEquals("", err.toString());
  }

  private static List<ImageEvent> events(EmbeddedBroker broker, int count) throws Exception {
    List<ImageEvent> events = new ArrayList<>();
    var listener =
        new RecordTail.Listener<ImageEvent>() {
          @Override
          public void received(Origin origin, ImageEvent event) {
            events.add(event);
          }

          @Override
          public void undecodable(Origin origin, String reason) {
            throw new AssertionError(reason);
          }
        };
    var cluster = new KafkaCluster(broker.bootstrapServers());
    try (var tail =
        RecordTail.open(cluster, "frames", ImageEvent.class, RecordTail.From.BEGINNING)) {
      long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (events.size() < count && System.nanoTime() < end) {
        tail.poll(Duration.ofMillis(200), listener);
      }
    }
    assertEquals(count, events.size());
    return events;
  }
}
