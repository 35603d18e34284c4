package vggstream.train.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import vggstream.classify.Protocol;
import vggstream.image.ImageDecoder;
import vggstream.image.ImageEncoder;
import vggstream.image.ImageLimits;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.model.DenseModel;
import vggstream.model.DenseOutputs;
import vggstream.model.Device;
import vggstream.model.ModelCard;
import vggstream.model.Output;
import vggstream.tensor.PixelBatch;

class EnsembleTest {
  /** Says the same of every image. */
  private static final class Constant implements DenseModel {
    private final List<String> labels;
    private final float second;
    private final List<Integer> heights = new ArrayList<>();

    Constant(double posteriorOfSecond, String... labels) {
      this.labels = List.of(labels);
      this.second = (float) Math.log(posteriorOfSecond / (1 - posteriorOfSecond));
    }

    @Override
    public Device device() {
      return new Device.Cpu();
    }

    @Override
    public ModelCard card() {
      List<Float> three = List.of(1f, 1f, 1f);
      return new ModelCard(
          "constant",
          "1",
          "none",
          ModelCard.Task.CLASSIFY,
          labels,
          three,
          three,
          8,
          8,
          8,
          4,
          1,
          "none");
    }

    @Override
    public void run(PixelBatch pixels, DenseOutputs outputs) {
      heights.add(pixels.height());
      for (int i = 0; i < pixels.count(); i++) {
        outputs.get(Output.SCORES).put(2 * i, 0).put(2 * i + 1, second); // (N, 2)
      }
    }

    @Override
    public void close() {}
  }

  private static RgbImage image() throws Exception {
    byte[] png = ImageEncoder.png(ByteBuffer.allocate(12 * 12 * 3), new Size(12, 12));
    return new ImageDecoder(ImageLimits.DEFAULT).decode(ByteBuffer.wrap(png));
  }

  @Test
  void everyNetworkCountsOnceWhateverItsProtocol() throws Exception {
    Constant a = new Constant(0.9, "x", "y");
    Constant b = new Constant(0.6, "x", "y");
    Constant c = new Constant(0.3, "x", "y");
    Protocol one = new Protocol(List.of(8), true);
    Protocol three = new Protocol(List.of(8, 10, 12), false);
    Ensemble ensemble =
        Ensemble.of(
            List.of(
                new Ensemble.Member(a, one),
                new Ensemble.Member(b, three),
                new Ensemble.Member(c, one)),
            4);
    try (RgbImage first = image();
        RgbImage second = image()) {
      List<double[]> posteriors = ensemble.posteriors(List.of(first, second));
      assertEquals(2, posteriors.size());
      for (double[] posterior : posteriors) {
        assertArrayEquals(new double[] {0.4, 0.6}, posterior, 1e-6);
      }
    }
    assertEquals(List.of(8), a.heights);
    assertEquals(List.of(8, 10, 12), b.heights);
  }

  @Test
  void networksOfDifferentLabelsAreRefusedEvenWithProtocolsOfTheirOwn() {
    List<Ensemble.Member> members =
        List.of(
            new Ensemble.Member(new Constant(0.5, "x", "y"), new Protocol(List.of(8), true)),
            new Ensemble.Member(new Constant(0.5, "x", "z"), new Protocol(List.of(10), true)));
    assertThrows(IllegalArgumentException.class, () -> Ensemble.of(members, 4));
  }
}
