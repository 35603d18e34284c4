package vggstream.train.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
  @TempDir private Path folder;

  private static EpochReport epoch(int epoch) {
    double accuracy = 1 - 0.9 / epoch;
    return new EpochReport(
        epoch,
        10L * epoch,
        epoch < 6 ? 0.01 : 0.001,
        2.0 / epoch,
        new Measures.Accuracies(accuracy, accuracy, 1),
        true,
        100.5,
        0.25);
  }

  private List<Integer> epochs() throws IOException {
    return new History(folder.resolve("h.csv")).read().stream().map(EpochReport::epoch).toList();
  }

  @Test
  void epochsReadBackAndThoseOfALostEndAreCut() throws IOException {
    History history = new History(folder.resolve("h.csv"));
    assertEquals(List.of(), history.read());
    for (int e = 1; e <= 4; e++) {
      history.add(epoch(e));
    }
    assertEquals(epoch(2).toCsv(), history.read().get(1).toCsv());
    assertEquals(
        "epoch,iteration,learning_rate,loss,train_accuracy,validation_accuracy,validation_top5,"
            + "images_per_second,waited_share,best",
        Files.readAllLines(folder.resolve("h.csv")).get(0));
    history.add(epoch(3));
    assertEquals(List.of(1, 2, 3), epochs());
    history.cut(20);
    assertEquals(List.of(1, 2), epochs());
    history.cut(20);
    assertEquals(List.of(1, 2), epochs());
  }

  @Test
  void aDamagedLineIsReportedWithItsNumber() throws IOException {
    Path file = folder.resolve("h.csv");
    Files.writeString(file, epoch(1).csvHeader() + "\n1,2,3\n");
    IOException e = assertThrows(IOException.class, () -> new History(file).read());
    assertTrue(e.getMessage().contains("line 2"), e.getMessage());
  }

  private static EpochReport localised(int epoch) {
    return new EpochReport(
        epoch,
        10L * epoch,
        0.001,
        0.1 / epoch,
        new Measures.Overlaps(0.5, 0.08, 0.625, 0.25),
        true,
        100.5,
        0.25);
  }

  @Test
  void epochsOfALocaliserReadBackAndAreDrawn() throws IOException {
    History history = new History(folder.resolve("h.csv"));
    history.add(localised(1));
    history.add(localised(2));
    assertEquals(List.of(localised(1), localised(2)), history.read());
    Path png = folder.resolve("c.png");
    Curves.write("two epochs", history.read(), png);
    assertTrue(Files.size(png) > 1000);
  }

  @Test
  void curvesAreDrawn() throws IOException {
    Path png = folder.resolve("c.png");
    Curves.write(
        "ten epochs", IntStream.rangeClosed(1, 10).mapToObj(HistoryTest::epoch).toList(), png);
    BufferedImage image = ImageIO.read(png.toFile());
    assertTrue(image.getWidth() > 600 && image.getHeight() > 600);
    long colours =
        IntStream.range(0, image.getWidth() * image.getHeight())
            .map(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()))
            .distinct()
            .count();
    assertTrue(colours > 20, "not empty: " + colours);
    Curves.write("one epoch", List.of(epoch(1)), png);
    assertTrue(Files.size(png) > 1000);
  }
}
