package vggstream.video;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vggstream.image.ImageDecoder;
import vggstream.image.ImageLimits;
import vggstream.image.RgbImage;
import vggstream.image.Size;

@Timeout(120)
class VideoReaderTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;

  private static VideoReader open(Path file) throws VideoException {
    return VideoReader.open(new VideoSource(file.toString(), null, false, PATIENCE), () -> false);
  }

  private static VideoException refusal(Path file) {
    return assertThrows(
        VideoException.class,
        () -> {
          try (VideoReader reader = open(file)) {
            reader.next();
          }
        });
  }

  private static Size sizeOf(byte[] jpeg) throws Exception {
    try (RgbImage image = new ImageDecoder(ImageLimits.DEFAULT).decode(ByteBuffer.wrap(jpeg))) {
      return image.size();
    }
  }

  @ParameterizedTest
  @CsvSource({"avi,MJPEG", "avi,MPEG4", "mp4,MPEG4", "matroska,MPEG4", "mpegts,MPEG2"})
  void everyFrameIsReadWithItsTimeWhateverTheContainer(String format, String codec)
      throws Exception {
    Path file = folder.resolve("video");
    TestVideos.write(
        file,
        format,
        switch (codec) {
          case "MJPEG" -> TestVideos.MJPEG;
          case "MPEG4" -> TestVideos.MPEG4;
          default -> TestVideos.MPEG2;
        },
        25,
        30);
    try (VideoReader reader = open(file)) {
      for (int i = 0; i < 30; i++) {
        assertTrue(reader.next(), "frame " + i);
        assertEquals(i * 40_000L, reader.timeMicros(), 1_000, "frame " + i);
        byte[] jpeg = reader.jpeg(10_000, 90);
        assertEquals(i, TestVideos.number(jpeg));
        assertEquals(new Size(160, 96), sizeOf(jpeg));
      }
      assertFalse(reader.next());
      assertFalse(reader.next());
      assertEquals(0, reader.broken());
      assertEquals(0, reader.missingMicros());
      assertNull(reader.recordedAt());
    }
  }

  @Test
  void coloursAreThoseOfTheVideo() throws Exception {
    Path file = folder.resolve("video.avi");
    TestVideos.write(file, "avi", TestVideos.MPEG4, 25, 1);
    try (VideoReader reader = open(file)) {
      assertTrue(reader.next());
      byte[] jpeg = reader.jpeg(10_000, 95);
      try (RgbImage image = new ImageDecoder(ImageLimits.DEFAULT).decode(ByteBuffer.wrap(jpeg))) {
        int at = 3 * (94 * 160 + 80);
        assertTrue((image.pixels().get(at) & 0xff) > 220, "red");
        assertTrue((image.pixels().get(at + 1) & 0xff) < 40, "green");
        assertTrue((image.pixels().get(at + 2) & 0xff) < 40, "blue");
      }
    }
  }

  @Test
  void framesAreShrunkToALargestSideAndNeverEnlarged() throws Exception {
    Path file = folder.resolve("video.avi");
    TestVideos.write(file, "avi", TestVideos.MJPEG, 25, 200);
    try (VideoReader reader = open(file)) {
      for (int i = 0; i < 3; i++) {
        assertTrue(reader.next());
        assertEquals(new Size(80, 48), sizeOf(reader.jpeg(80, 90)));
        assertEquals(i, TestVideos.number(reader.jpeg(80, 90)));
        assertEquals(new Size(33, 20), sizeOf(reader.jpeg(33, 90)));
        assertEquals(new Size(160, 96), sizeOf(reader.jpeg(161, 90)));
      }
      assertTrue(reader.jpeg(160, 95).length > reader.jpeg(160, 30).length);
      assertThrows(IllegalArgumentException.class, () -> reader.jpeg(160, 101));
    }
  }

  @ParameterizedTest
  @CsvSource({"90", "180", "270"})
  void framesAreTurnedAsTheContainerSays(int counterclockwise) throws Exception {
    Path file = folder.resolve("video.mp4");
    TestVideos.write(file.toString(), "mp4", TestVideos.MPEG4, 25, 3, counterclockwise, Map.of());
    try (VideoReader reader = open(file)) {
      assertTrue(reader.next());
      byte[] jpeg = reader.jpeg(10_000, 95);
      boolean sideways = counterclockwise != 180;
      assertEquals(sideways ? new Size(96, 160) : new Size(160, 96), sizeOf(jpeg));
      try (RgbImage image = new ImageDecoder(ImageLimits.DEFAULT).decode(ByteBuffer.wrap(jpeg))) {
        // the red edge at the bottom turns counterclockwise: right, top, left
        int width = image.size().width();
        int x = counterclockwise == 90 ? width - 4 : counterclockwise == 270 ? 4 : width / 2;
        int y = counterclockwise == 180 ? 4 : image.size().height() / 2;
        int at = 3 * (y * width + x);
        assertTrue((image.pixels().get(at) & 0xff) > 200, "red at " + x + ", " + y);
        assertTrue((image.pixels().get(at + 1) & 0xff) < 60, "not green");
      }
    }
  }

  @Test
  void theContainersDateIsRead() throws Exception {
    Path file = folder.resolve("video.mp4");
    TestVideos.write(
        file.toString(),
        "mp4",
        TestVideos.MPEG4,
        25,
        3,
        0,
        Map.of("creation_time", "2024-05-06T07:08:09Z"));
    try (VideoReader reader = open(file)) {
      assertEquals(Instant.parse("2024-05-06T07:08:09Z"), reader.recordedAt());
    }
  }

  @Test
  void aTruncatedFileGivesTheFramesThatItHasAndSaysThatOthersAreMissing() throws Exception {
    Path whole = folder.resolve("whole.mkv");
    TestVideos.write(whole, "matroska", TestVideos.MJPEG, 10, 100);
    byte[] bytes = Files.readAllBytes(whole);
    Path half = folder.resolve("half.mkv");
    Files.write(half, Arrays.copyOf(bytes, bytes.length / 2));
    List<Integer> numbers = new ArrayList<>();
    try (VideoReader reader = open(half)) {
      while (reader.next()) {
        numbers.add(TestVideos.number(reader.jpeg(160, 90)));
      }
      assertTrue(numbers.size() > 30 && numbers.size() < 70, () -> numbers.toString());
      assertTrue(reader.missingMicros() > 3_000_000, () -> "missing " + reader.missingMicros());
    }
    assertEquals(0, numbers.get(0));
  }

  @Test
  void whatIsNoVideoIsRefusedWithAReason() throws Exception {
    Path file = folder.resolve("video.mp4");
    TestVideos.write(file, "mp4", TestVideos.MPEG4, 25, 30);
    Path headless = folder.resolve("headless.mp4"); // its table of contents is at the end
    Files.write(headless, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) / 2));
    assertTrue(refusal(headless).getMessage().startsWith("cannot be opened: "));
    Path text = folder.resolve("notes.txt");
    Files.writeString(text, "not a video\n".repeat(500));
    assertTrue(refusal(text).getMessage().matches("(holds no video|cannot be opened): .*"));
    Path empty = folder.resolve("empty.mp4");
    Files.createFile(empty);
    assertTrue(refusal(empty).getMessage().startsWith("cannot be opened: "));
    assertEquals(
        "cannot be opened: No such file or directory",
        refusal(folder.resolve("none.mp4")).getMessage());
    byte[] random = new byte[100_000];
    new java.util.Random(1).nextBytes(random);
    Path noise = folder.resolve("noise.avi");
    Files.write(noise, random);
    assertNotEquals("", refusal(noise).getMessage());
    Path picture = folder.resolve("picture.jpg");
    try (VideoReader reader = open(file)) {
      assertTrue(reader.next());
      Files.write(picture, reader.jpeg(160, 90));
    }
    assertTrue(refusal(picture).getMessage().startsWith("holds no video: "));
    VideoException format =
        assertThrows(
            VideoException.class,
            () ->
                VideoReader.open(
                    new VideoSource(file.toString(), "no-such", false, PATIENCE), () -> false));
    assertTrue(format.getMessage().contains("does not know no-such"), format::getMessage);
  }

  @Test
  void brokenPacketsAreCountedAndTheOthersRead() throws Exception {
    Path file = folder.resolve("video.avi");
    TestVideos.write(file, "avi", TestVideos.MJPEG, 25, 50);
    byte[] bytes = Files.readAllBytes(file);
    int middle = bytes.length / 2;
    Arrays.fill(bytes, middle, middle + 5000, (byte) 0x5a);
    Files.write(file, bytes);
    int frames = 0;
    try (VideoReader reader = open(file)) {
      while (reader.next()) {
        frames++;
      }
    }
    assertTrue(frames > 20 && frames <= 50, "frames " + frames);
  }

  @Test
  void aSourceThatSaysNothingIsGivenUpAfterItsPatience() throws IOException {
    try (var silent = new ServerSocket(0)) {
      var source =
          new VideoSource(
              "rtsp://user:geheim@127.0.0.1:" + silent.getLocalPort() + "/stream",
              null,
              true,
              Duration.ofMillis(500));
      VideoException late =
          assertThrows(VideoException.class, () -> VideoReader.open(source, () -> false));
      assertEquals("cannot be opened: nothing came for 500 ms", late.getMessage());
      assertFalse(source.toString().contains("geheim"));
    }
  }

  @Test
  void aSourceThatSaysNothingIsGivenUpWhenItIsStopped() throws Exception {
    try (var silent = new ServerSocket(0)) {
      var stopped = new AtomicBoolean();
      var source =
          new VideoSource(
              "tcp://127.0.0.1:" + silent.getLocalPort(), "mpegts", true, Duration.ofSeconds(100));
      var waiting =
          new Thread(() -> assertThrows(VideoException.class, () -> open(source, stopped)));
      waiting.start();
      silent.accept().close(); // connected, then the end: no video came
      waiting.join();
      var second =
          new Thread(() -> assertThrows(VideoException.class, () -> open(source, stopped)));
      second.start();
      try (var connection = silent.accept()) {
        stopped.set(true);
        second.join();
        assertTrue(connection.isConnected());
      }
    }
  }

  private static void open(VideoSource source, AtomicBoolean stopped) throws VideoException {
    VideoReader.open(source, stopped::get).close();
  }
}
