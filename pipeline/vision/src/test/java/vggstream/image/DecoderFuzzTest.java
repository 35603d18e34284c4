package vggstream.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small version of what profile {@code fuzz-decoder} does at length. */
class DecoderFuzzTest {
  @Test
  void brokenImagesHarmNoProcess(@TempDir Path folder) throws Exception {
    DecoderFuzz.Report report = new DecoderFuzz(4000, 20261122, Optional.empty(), folder).run();
    assertEquals(List.of(), report.problems());
    assertTrue(report.decoded() > 200 && report.rejected() > 2000, report.toString());
  }

  @Test
  void anInputFollowsFromItsSeedAndIndex() throws Exception {
    FuzzInputs inputs = new FuzzInputs(3, Optional.empty());
    byte[] later = inputs.get(77).bytes();
    inputs.get(5);
    assertArrayEquals(later, new FuzzInputs(3, Optional.empty()).get(77).bytes());
  }
}
