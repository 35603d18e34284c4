package vggstream.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Real and hostile images of a data folder, where there is one. */
class DecoderCorpusTest {
  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

  @Test
  void everyLineOfTheCorpusHolds() throws Exception {
    Path corpus = TestData.folder("decoder-corpus");
    List<String> lines = Files.readAllLines(corpus.resolve("expected.tsv"));
    List<String> wrong = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] columns = line.split("\t");
      String got;
      try (RgbImage image =
          decoder.decode(ByteBuffer.wrap(Files.readAllBytes(corpus.resolve(columns[0]))))) {
        assertEquals(image.originalSize(), image.size());
        got = image.size().toString();
      } catch (ImageRejectedException e) {
        got = "REJECT";
      }
      if (!Arrays.asList(columns[1].split("\\|")).contains(got)) {
        wrong.add(columns[0] + " must be " + columns[1] + ": was " + got);
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyPhotographDecodes() throws Exception {
    for (String folder : List.of("photos", "ilsvrc-mini", "cifar10/test")) {
      try (Stream<Path> files = Files.walk(TestData.folder(folder))) {
        List<Path> jpegs =
            files.filter(f -> f.toString().matches(".*\\.(jpg|JPE?G)")).limit(1000).toList();
        assertFalse(jpegs.isEmpty());
        for (Path file : jpegs) {
          decoder.decodeFor(ByteBuffer.wrap(Files.readAllBytes(file)), 32).close();
        }
      }
    }
  }
}
