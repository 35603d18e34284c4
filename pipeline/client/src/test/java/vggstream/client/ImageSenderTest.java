package vggstream.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.avro.PlainAvro;
import vggstream.avro.RecordCodec;
import vggstream.client.ImageSender.CapturedAt;
import vggstream.schema.ImageEvent;

class ImageSenderTest {
  @TempDir private Path temp;

  private final List<String> told = new ArrayList<>();
  private final ImageSender.Listener listener =
      new ImageSender.Listener() {
        @Override
        public void delivered(ImageFile file, long bytes) {
          told.add(file.eventId() + " delivered " + bytes);
        }

        @Override
        public void failed(ImageFile file, String reason) {
          told.add(file.eventId() + " failed " + reason);
        }
      };

  private ImageFile file(String name, int bytes) throws Exception {
    Path path = Files.write(temp.resolve(name), new byte[bytes]);
    return new ImageFile(path, "day/" + name, "north");
  }

  private static MockProducer<String, byte[]> producer(boolean autoComplete) {
    return new MockProducer<>(
        autoComplete, null, new StringSerializer(), new ByteArraySerializer());
  }

  private ImageSender sender(
      int maxMessageBytes, CapturedAt capturedAt, MockProducer<String, byte[]> producer) {
    return new ImageSender(
        new KafkaTopic("image-events", maxMessageBytes),
        capturedAt,
        listener,
        null,
        new RecordCodec<>(ImageEvent.class, null),
        producer);
  }

  private ImageSender sender(FileUris uris, MockProducer<String, byte[]> producer) {
    return new ImageSender(
        new KafkaTopic("image-events", 2000),
        CapturedAt.NOW,
        listener,
        uris,
        new RecordCodec<>(ImageEvent.class, null),
        producer);
  }

  private static ImageEvent sent(MockProducer<String, byte[]> producer, int i) throws Exception {
    return new PlainAvro<>(ImageEvent.class).decode(producer.history().get(i).value());
  }

  @Test
  void aFileBecomesAnEventKeyedByItsSource() throws Exception {
    var producer = producer(true);
    try (var sender = sender(1 << 20, CapturedAt.NOW, producer)) {
      Instant before = Instant.now().minusMillis(1);
      sender.send(file("a.jpg", 3));
      sender.flush();
      ImageEvent event = sent(producer, 0);
      assertEquals("north", producer.history().get(0).key());
      assertEquals("image-events", producer.history().get(0).topic());
      assertEquals("day/a.jpg", event.getEventId());
      assertEquals("north", event.getSource());
      assertEquals(ByteBuffer.wrap(new byte[3]), event.getPayload());
      assertEquals(3L, event.getLength());
      assertTrue(Duration.between(before, event.getCapturedAt()).toSeconds() < 10);
      assertEquals(List.of("day/a.jpg delivered 3"), told);
    }
  }

  @Test
  void capturedAtMayBeTheFilesTime() throws Exception {
    var producer = producer(true);
    Instant time = Instant.parse("2020-02-03T04:05:06Z");
    ImageFile file = file("a.jpg", 3);
    Files.setLastModifiedTime(file.path(), FileTime.from(time));
    try (var sender = sender(1 << 20, CapturedAt.FILE_TIME, producer)) {
      sender.send(file);
    }
    assertEquals(time, sent(producer, 0).getCapturedAt());
  }

  @Test
  void aFileAboveTheTopicsLimitIsReportedAndTheNextIsSent() throws Exception {
    var producer = producer(true);
    try (var sender = sender(10_000, CapturedAt.NOW, producer)) {
      sender.send(file("large.jpg", 9_600));
      sender.send(file("small.jpg", 9_000));
      assertEquals(1, producer.history().size());
      assertTrue(told.get(0).startsWith("day/large.jpg failed must be at most 9,4"), told.get(0));
      assertTrue(told.get(0).endsWith("takes messages of 10,000 bytes: was 9,600"), told.get(0));
      assertEquals("day/small.jpg delivered 9000", told.get(1));
    }
  }

  @Test
  void whatPassesTheCheckFitsTheTopic() throws Exception {
    var producer = producer(true);
    try (var sender = sender(10_000, CapturedAt.NOW, producer)) {
      var probe = new ImageFile(temp, "ü".repeat(500), "s".repeat(300));
      var path = Files.write(temp.resolve("x"), new byte[sender.maxImageBytes(probe)]);
      sender.send(new ImageFile(path, probe.eventId(), probe.source()));
      var message = producer.history().get(0);
      // the batch's header has 61 bytes, a record's at most 21
      assertTrue(message.value().length + message.key().getBytes(UTF_8).length + 82 <= 10_000);
    }
  }

  @Test
  void noTopicTakesMoreThan25MiB() {
    try (var sender = sender(Integer.MAX_VALUE, CapturedAt.NOW, producer(true))) {
      assertTrue(sender.maxImageBytes(new ImageFile(temp, "e", "s")) < 25 << 20);
    }
  }

  @Test
  void aMissingFileIsReported() throws Exception {
    try (var sender = sender(1 << 20, CapturedAt.NOW, producer(true))) {
      sender.send(new ImageFile(temp.resolve("none.jpg"), "none.jpg", "s"));
    }
    assertEquals(List.of("none.jpg failed cannot be read: no such file"), told);
  }

  @Test
  void whatIsNoImageMayBeLeftOut() throws Exception {
    var producer = producer(true);
    byte[] gif =
        HexFormat.of()
            .parseHex("47494638396101000100800000000000ffffff2c00000000010001000002024401003b");
    Path path = Files.write(temp.resolve("a.gif"), gif);
    try (var sender = sender(1 << 20, CapturedAt.NOW, producer)) {
      assertFalse(sender.sendIfImage(file("notes.txt", 100)));
      assertFalse(sender.sendIfImage(file("empty.jpg", 0)));
      assertTrue(sender.sendIfImage(new ImageFile(path, "a.gif", "s")));
    }
    assertEquals(List.of("a.gif delivered " + gif.length), told);
  }

  @Test
  void aRecordThatTheBrokerFindsTooLargeDoesNotStopTheRest() throws Exception {
    var producer = producer(false);
    try (var sender = sender(1 << 20, CapturedAt.NOW, producer)) {
      sender.send(file("a.jpg", 3));
      producer.errorNext(new RecordTooLargeException("too large"));
      sender.send(file("b.jpg", 3));
      producer.completeNext();
      sender.flush();
    }
    assertEquals(
        List.of("day/a.jpg failed Kafka did not take it: too large", "day/b.jpg delivered 3"),
        told);
  }

  @Test
  void aDeliveryThatTimesOutStopsTheSending() throws Exception {
    var producer = producer(false);
    try (var sender = sender(1 << 20, CapturedAt.NOW, producer)) {
      sender.send(file("a.jpg", 3));
      producer.errorNext(new TimeoutException("120000 ms has passed"));
      ImageFile next = file("b.jpg", 3);
      var e = assertThrows(ClientException.class, () -> sender.send(next));
      assertEquals("Kafka takes no more events: 120000 ms has passed", e.getMessage());
      assertThrows(ClientException.class, sender::flush);
    }
  }

  @Test
  void aReferenceSaysWhereTheFileIsWhateverItsSize() throws Exception {
    var producer = producer(true);
    Path folder = Files.createDirectory(temp.resolve("in"));
    Path sub = Files.createDirectory(folder.resolve("ä b"));
    Files.writeString(sub.resolve("1%2e+#?.jpg"), "abc");
    Files.write(folder.resolve("large"), new byte[3 << 20]);
    var files = new ImageFiles("prefix/", null, true);
    try (var here = sender(new FileUris(files, null), producer);
        var there = sender(new FileUris(files, URI.create("s3://bucket/images")), producer);
        var stream = files.under(folder)) {
      for (ImageFile file : stream.toList()) {
        here.send(file);
        there.send(file);
      }
    }
    ImageEvent large = sent(producer, 0);
    assertEquals("prefix/large", large.getEventId());
    assertEquals(null, large.getPayload());
    assertEquals(3L << 20, large.getLength());
    assertEquals(folder.toRealPath().toUri() + "large", large.getUri());
    assertEquals("s3://bucket/images/large", sent(producer, 1).getUri());
    ImageEvent odd = sent(producer, 2);
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", odd.getSha256());
    assertEquals(sub.resolve("1%2e+#?.jpg").toRealPath(), Path.of(URI.create(odd.getUri())));
    assertEquals("s3://bucket/images/%C3%A4%20b/1%252e+%23%3F.jpg", sent(producer, 3).getUri());
    assertEquals("/images/ä b/1%2e+#?.jpg", URI.create(sent(producer, 3).getUri()).getPath());
    assertEquals("prefix/large delivered 3145728", told.get(0));
  }

  @Test
  void whatIsNoImageMayBeLeftOutOfReferencesToo() throws Exception {
    var producer = producer(true);
    byte[] gif =
        HexFormat.of()
            .parseHex("47494638396101000100800000000000ffffff2c00000000010001000002024401003b");
    Path path = Files.write(temp.resolve("a.gif"), gif);
    try (var sender = sender(new FileUris(ImageFiles.ALL, null), producer)) {
      assertFalse(sender.sendIfImage(file("notes.txt", 100)));
      assertTrue(sender.sendIfImage(new ImageFile(path, "a.gif", "s")));
    }
    assertEquals(List.of("a.gif delivered " + gif.length), told);
  }
}
