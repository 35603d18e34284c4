package vggstream.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.tensor.PixelBatch;

/** What every {@link DenseModelRuntime} must do; each extends this class with its own. */
public abstract class DenseModelContract {
  @TempDir Path folder;

  /** The runtime under test. */
  protected abstract DenseModelRuntime runtime();

  @Test
  void uniformColourGivesItsScoresAtEveryPosition() throws IOException {
    Path file = ModelFiles.colour(folder.resolve("colour.onnx"));
    try (DenseModel model = runtime().open(file, ModelOptions.on(new Device.Cpu()))) {
      PixelBatch pixels = PixelBatch.allocate(2, 12, 17);
      fill(pixels.slot(0), 255, 0, 0);
      fill(pixels.slot(1), 0, 128, 64);
      DenseOutputs outputs =
          DenseOutputs.allocate(
              model.card(), 2, 12, 17, EnumSet.of(Output.SCORES, Output.SCORE_MAP));
      model.run(pixels, outputs);
      FloatBuffer scores = outputs.get(Output.SCORES);
      float[] expected = {127 / 64f, -2, -2, -2, 0, -1};
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], scores.get(i), 1e-6);
        for (int p = 0; p < 6; p++) { // map of 2 x 3
          assertEquals(expected[i], outputs.get(Output.SCORE_MAP).get(i * 6 + p), 1e-6);
        }
      }
    }
  }

  private static void fill(ByteBuffer slot, int red, int green, int blue) {
    while (slot.hasRemaining()) {
      slot.put((byte) red).put((byte) green).put((byte) blue);
    }
  }
}
