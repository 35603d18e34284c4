package vggstream.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vggstream.avro.PlainAvro;
import vggstream.avro.RecordCodec;
import vggstream.client.ImageSender.CapturedAt;
import vggstream.schema.ImageEvent;
import vggstream.video.TestVideos;
import vggstream.video.VideoSource;

@Timeout(120)
class VideoSendingTest {
  private static final Instant START = Instant.parse("2026-03-04T05:06:07Z");

  @TempDir private Path temp;
  private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
  private final List<String> failed = new ArrayList<>();
  private MockProducer<String, byte[]> producer;
  private ImageSender sender;
  private StopSignal signal;

  @BeforeEach
  void makeSender() {
    producer = new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    var listener =
        new ImageSender.Listener() {
          @Override
          public void delivered(ImageFile file, long bytes) {}

          @Override
          public void failed(ImageFile file, String reason) {
            failed.add(file.path() + ": " + reason);
          }
        };
    sender =
        new ImageSender(
            new KafkaTopic("image-events", 1 << 20),
            CapturedAt.NOW,
            listener,
            null,
            new RecordCodec<>(ImageEvent.class, null),
            producer);
    signal = StopSignal.listen(() -> {}, Duration.ofSeconds(1));
    signal.close(); // no hook is needed
  }

  private VideoSending sending(
      VideoAddress address, String source, double fps, Instant start, Duration timeout) {
    var plan =
        new VideoPlan(
            address,
            new VideoSource(
                address.uri(), address.format(), address.live(), Duration.ofSeconds(30)),
            source,
            "run1/",
            fps,
            Integer.MAX_VALUE,
            90,
            start,
            timeout);
    return new VideoSending(
        plan,
        sender,
        signal,
        new Pacer(Double.POSITIVE_INFINITY, System::nanoTime),
        warnings::add,
        new Steps());
  }

  /** A clock that moves whenever it is asked: frames of a stream that is read at once are apart. */
  private static final class Steps extends Clock {
    private Instant now = Instant.now();

    @Override
    public synchronized Instant instant() {
      now = now.plusMillis(10);
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("asked for the zone " + zone);
    }
  }

  private List<ImageEvent> events() {
    var avro = new PlainAvro<>(ImageEvent.class);
    return producer.history().stream()
        .map(
            record -> {
              try {
                return avro.decode(record.value());
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            })
        .toList();
  }

  private static int number(ImageEvent event) {
    byte[] jpeg = new byte[event.getPayload().remaining()];
    event.getPayload().duplicate().get(jpeg);
    return TestVideos.number(jpeg);
  }

  @Test
  void aRecordingsFramesAreChosenByTimeAndKeepTheirIdsWhenSentAgain() throws Exception {
    Path file = temp.resolve("clip.avi");
    TestVideos.write(file, "avi", TestVideos.MPEG4, 10, 30);
    VideoAddress address = VideoAddress.of(file.toString(), null, false);
    for (int run = 0; run < 2; run++) {
      VideoSending sending = sending(address, "gate", 2, START, null);
      sending.run();
      assertEquals(6, sending.taken());
      assertTrue(sending.isWhole(), warnings::toString);
    }
    List<ImageEvent> events = events();
    assertEquals(12, events.size());
    for (int i = 0; i < 12; i++) {
      ImageEvent event = events.get(i);
      int half = i % 6; // of a second
      assertEquals(5 * half, number(event));
      assertEquals("run1/clip.avi/%d.%d00".formatted(half / 2, half % 2 * 5), event.getEventId());
      assertEquals(START.plusMillis(500L * half), event.getCapturedAt());
      assertEquals("gate", event.getSource());
      assertEquals("gate", producer.history().get(i).key());
      assertEquals((long) event.getPayload().remaining(), event.getLength());
    }
    assertEquals(List.of(), warnings);
    assertEquals(List.of(), failed);
  }

  @Test
  void aRecordingBeganWhenItsFileSaysElseWhenItWasModified() throws Exception {
    Path dated = temp.resolve("dated.mp4");
    TestVideos.write(
        dated.toString(),
        "mp4",
        TestVideos.MPEG4,
        10,
        1,
        0,
        Map.of("creation_time", "2024-05-06T07:08:09Z"));
    sending(VideoAddress.of(dated.toString(), null, false), "s", 1, null, null).run();
    Path undated = temp.resolve("undated.avi");
    TestVideos.write(undated, "avi", TestVideos.MPEG4, 10, 1);
    Files.setLastModifiedTime(undated, FileTime.from(START));
    sending(VideoAddress.of(undated.toString(), null, false), "s", 1, null, null).run();
    assertEquals(
        List.of(Instant.parse("2024-05-06T07:08:09Z"), START),
        events().stream().map(ImageEvent::getCapturedAt).toList());
  }

  @Test
  void aTruncatedRecordingIsSentAsFarAsItGoesAndSaidToBe() throws Exception {
    Path file = temp.resolve("clip.mkv");
    TestVideos.write(file, "matroska", TestVideos.MJPEG, 10, 100);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    VideoSending sending =
        sending(VideoAddress.of(file.toString(), null, false), "s", 10, START, null);
    sending.run();
    assertFalse(sending.isWhole());
    assertTrue(sending.taken() > 30);
    assertTrue(warnings.get(warnings.size() - 1).contains("are missing"), warnings::toString);
  }

  @Test
  void whatIsNoVideoStopsWithItsNameAndTheReason() throws Exception {
    Path file = Files.writeString(temp.resolve("notes.mp4"), "no video".repeat(1000));
    VideoAddress address = VideoAddress.of(file.toString(), null, false);
    var e = assertThrows(ClientException.class, () -> sending(address, "s", 1, START, null).run());
    assertTrue(e.getMessage().startsWith(file + " cannot be opened: "), e::getMessage);
  }

  @Test
  void aLiveStreamThatEndsIsConnectedToAgainUntilNoFrameComes() throws Exception {
    Path file = temp.resolve("live.ts");
    TestVideos.write(file, "mpegts", TestVideos.MPEG2, 10, 20);
    byte[] stream = Files.readAllBytes(file);
    try (var server = new ServerSocket(0)) {
      var camera = new Thread(() -> serve(server, stream, 2));
      camera.start();
      VideoAddress address =
          VideoAddress.of("tcp://user:geheim@127.0.0.1:" + server.getLocalPort(), "mpegts", false);
      VideoAddress plain =
          new VideoAddress(
              "tcp://127.0.0.1:" + server.getLocalPort(),
              "mpegts",
              address.shown(),
              address.live(),
              null);
      assertTrue(address.live());
      VideoSending sending = sending(plain, "gate", 1000, null, Duration.ofSeconds(8));
      sending.run();
      camera.join();
      List<ImageEvent> events = events();
      assertTrue(events.size() >= 20, () -> "frames " + events.size());
      assertEquals(0, number(events.get(0)));
      assertEquals(19, number(events.get(events.size() - 1)));
      var ids = new HashSet<String>();
      for (ImageEvent event : events) {
        assertTrue(ids.add(event.getEventId()));
        assertTrue(
            event.getEventId().matches("run1/gate/\\d{8}T\\d{6}\\.\\d{3}Z"), event.getEventId());
        assertTrue(Duration.between(event.getCapturedAt(), Instant.now()).toSeconds() < 120);
      }
      assertTrue(
          warnings.get(0).matches("tcp://127.0.0.1:\\d+ ended; trying again in 1s"),
          warnings::toString);
      assertFalse(warnings.toString().contains("geheim"));
    }
  }

  private static void serve(ServerSocket server, byte[] stream, int times) {
    for (int i = 0; i < times; i++) {
      try (Socket connection = server.accept()) {
        connection.getOutputStream().write(stream);
        connection.shutdownOutput();
        while (connection.getInputStream().read() >= 0) {
          // until the reader has all
        }
      } catch (IOException e) {
        return; // the reader went away
      }
    }
  }

  @Test
  void whatIsStoppedEndsThoughNothingComes() throws Exception {
    try (var server = new ServerSocket(0)) {
      var address =
          new VideoAddress(
              "tcp://127.0.0.1:" + server.getLocalPort(), "mpegts", "camera", true, null);
      var ended = new Thread(() -> runQuietly(sending(address, "s", 1, null, null)));
      ended.start();
      try (Socket connection = server.accept()) {
        signal.stop();
        ended.join();
        assertTrue(connection.isConnected());
      }
      assertEquals(List.of(), warnings);
    }
  }

  private static void runQuietly(VideoSending sending) {
    try {
      sending.run();
    } catch (ClientException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void addressesShowNothingButSchemeAndHost() throws Exception {
    VideoAddress camera = VideoAddress.of("rtsp://u:p@ss@camera:554/h264?password=p", null, false);
    assertEquals("rtsp://camera:554", camera.toString());
    assertTrue(camera.live());
    assertEquals("rtsp://...", VideoAddress.of("rtsp://u:a/b@camera/h264", null, false).toString());
    assertFalse(VideoAddress.of("https://store/clip.mp4", null, false).live());
    assertTrue(VideoAddress.of("https://store/clip.mjpeg", null, true).live());
    assertEquals("video4linux2", VideoAddress.of("/dev/video0", null, false).format());
    assertTrue(VideoAddress.of("0", "avfoundation", false).live());
    Path file = Files.write(temp.resolve("a b.avi"), new byte[1]);
    assertEquals("file:" + file, VideoAddress.of(file.toString(), null, false).uri());
    assertEquals("file:" + file, VideoAddress.of("file://" + file, null, false).uri());
    assertThrows(ClientException.class, () -> VideoAddress.of(temp.toString(), null, false));
  }
}
