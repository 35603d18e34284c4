package vggstream.train.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.train.journal.EventFileContent.Scalar;

class EventFileTest {
  @TempDir private Path run;

  private void write(long after, long... steps) throws IOException {
    try (EventFile events = EventFile.open(run, after)) {
      for (long step : steps) {
        events.add(step, Map.of("loss", step / 2.0));
      }
    }
  }

  private Path file() throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      return files.findFirst().orElseThrow();
    }
  }

  @Test
  void scalarsReadBack() throws IOException {
    write(0, 1, 300);
    EventFileContent content = EventFileContent.ofRun(run);
    assertEquals("brain.Event:2", content.version());
    assertEquals(
        List.of(new Scalar(1, "loss", 0.5f), new Scalar(300, "loss", 150f)), content.scalars());
  }

  @Test
  void aRunThatGoesOnCutsWhatItWillMakeAgain() throws IOException {
    write(0, 1, 2, 3, 4);
    write(2, 3, 4, 5);
    EventFileContent content = EventFileContent.ofRun(run);
    assertEquals("brain.Event:2", content.version(), "once");
    assertEquals(
        List.of(1L, 2L, 3L, 4L, 5L), content.scalars().stream().map(Scalar::step).toList());
  }

  @Test
  void aRecordCutOffByAKilledProcessIsLeftOut() throws IOException {
    write(0, 1, 2);
    byte[] whole = Files.readAllBytes(file());
    for (int lost : new int[] {1, 5, whole.length - 3}) {
      Files.write(file(), Arrays.copyOf(whole, whole.length - lost));
      write(9, 10);
      EventFileContent content = EventFileContent.ofRun(run);
      assertEquals(10, content.scalars().get(content.scalars().size() - 1).step());
      assertEquals("brain.Event:2", content.version());
    }
  }

  @Test
  void whatFollowsADamagedRecordIsLeftOut() throws IOException {
    write(0, 1, 2);
    Files.write(file(), new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 9, 9, 9, 9}, StandardOpenOption.APPEND);
    write(2, 3);
    assertEquals(3, EventFileContent.ofRun(run).scalars().size());
  }
}
