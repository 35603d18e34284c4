package vggstream.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import vggstream.image.Rescale;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.model.DenseModel;
import vggstream.model.DenseModels;
import vggstream.model.ModelCard;
import vggstream.model.ModelOptions;
import vggstream.model.Output;
import vggstream.model.OutputMemory;
import vggstream.tensor.PixelBatch;
import vggstream.train.network.InferenceGraph;

/**
 * How large the outputs of a network's layers become, computed in full precision. A value beyond
 * what a precision holds would be infinite in it, and the scores of that image no numbers.
 */
final class LayerOutputs implements AutoCloseable {
  private static final int CHECKS = 4; // sides of squares: 1, 2, 4 ... pixels
  private static final long SEED = 14091556; // arXiv 1409.1556

  private final Path file;
  private final DenseModel model;
  private final OutputMemory memory;
  private final List<String> layers;
  private final float[] largest;
  private int images;

  private LayerOutputs(Path file, DenseModel model) {
    this.file = file;
    this.model = model;
    this.memory = new OutputMemory(model.card(), EnumSet.of(Output.SCORES));
    this.layers = model.card().labels();
    this.largest = new float[layers.size()];
  }

  /**
   * The largest magnitude of a layer's output.
   *
   * @param value infinite or not a number where full precision does not hold it either
   */
  record Largest(String layer, float value) {}

  /**
   * Opens the network as a graph that gives these values, by a file that is deleted again.
   *
   * @param folder that the file is written to, as large as the model's
   */
  static LayerOutputs open(ExportSource.Weights weights, Path folder, ModelOptions options)
      throws IOException {
    ModelCard card = weights.card();
    ModelCard ranges =
        new ModelCard(
            card.name(),
            card.version(),
            card.architecture(),
            ModelCard.Task.CLASSIFY,
            InferenceGraph.rangeNames(weights.network()),
            card.mean(),
            card.scale(),
            card.trainingScaleMin(),
            card.trainingScaleMax(),
            card.cropSide(),
            card.stride(),
            1,
            card.weightsSource());
    Path file = folder.resolve("." + UUID.randomUUID() + ".ranges.tmp");
    try {
      InferenceGraph.writeRanges(
          weights.network(),
          weights.preprocessing(),
          ranges.toMetadata(),
          weights.parameters(),
          file);
      return new LayerOutputs(file, DenseModels.open(file, options));
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /** Shows the network drawn images of the crop's size. */
  void seeDrawn() {
    int side = model.card().cropSide();
    int[] colours = {0x000000, 0xFFFFFF, 0xFF0000, 0x00FF00, 0x0000FF};
    PixelBatch pixels = PixelBatch.allocate(1, side, side);
    ByteBuffer image = pixels.slot(0);
    for (int colour : colours) {
      for (int i = 0; i < image.capacity(); i++) {
        image.put(i, (byte) (colour >> 8 * (i % 3)));
      }
      see(pixels);
    }
    for (int c = 0; c < CHECKS; c++) {
      for (int i = 0; i < image.capacity(); i++) {
        int x = i / 3 % side >> c;
        int y = i / 3 / side >> c;
        image.put(i, (byte) ((x + y) % 2 == 0 ? 0 : 255));
      }
      see(pixels);
    }
    byte[] noise = new byte[image.capacity()];
    new Random(SEED).nextBytes(noise);
    image.put(0, noise);
    see(pixels);
  }

  /**
   * Shows the network an image.
   *
   * @param smallerSide Q, pixels
   */
  void see(RgbImage image, int smallerSide) {
    Size size = Rescale.toSmallerSide(image.originalSize(), smallerSide);
    PixelBatch pixels = PixelBatch.allocate(1, size.height(), size.width());
    Rescale.rescale(image, size, pixels.slot(0));
    see(pixels);
  }

  private void see(PixelBatch pixels) {
    images++;
    var outputs = memory.outputs(1, pixels.height(), pixels.width());
    model.run(pixels, outputs);
    FloatBuffer values = outputs.get(Output.SCORES);
    for (int l = 0; l < largest.length; l++) {
      largest[l] = Math.max(largest[l], values.get(l)); // NaN stays
    }
  }

  /** Images that it was shown. */
  int images() {
    return images;
  }

  /** The largest so far, of all layers. */
  Largest largest() {
    int found = 0;
    for (int l = 1; l < largest.length; l++) {
      if (!(largest[l] <= largest[found]) && !Float.isNaN(largest[found])) {
        found = l;
      }
    }
    return new Largest(layers.get(found), largest[found]);
  }

  @Override
  public void close() throws IOException {
    memory.close();
    model.close();
    Files.deleteIfExists(file);
  }
}
