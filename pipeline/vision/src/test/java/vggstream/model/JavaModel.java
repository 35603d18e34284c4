package vggstream.model;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import vggstream.tensor.PixelBatch;

/** The tiny net computed in plain Java: a {@link DenseModel} for tests without a runtime. */
public final class JavaModel implements DenseModel {
  private final ModelCard card;
  private final TinyNet net;
  private final List<String> runs = new ArrayList<>();

  private JavaModel(ModelCard card, TinyNet net) {
    this.card = card;
    this.net = net;
  }

  /** Crop side 8, stride 4, 5 classes {@code class-0}..{@code class-4}; weights of this seed. */
  public static JavaModel tiny(long seed) {
    return new JavaModel(TinyNet.card(), new TinyNet(seed));
  }

  /** As {@link #tiny(long)} with a card of one's own; its mean and scale are not used. */
  public static JavaModel tiny(long seed, ModelCard card) {
    return new JavaModel(card, new TinyNet(seed));
  }

  /** As {@link #tiny(long)} with this task. */
  public static JavaModel tiny(long seed, ModelCard.Task task) {
    ModelCard card = TinyNet.card(task, TinyNet.CLASSES, TinyNet.FEATURES, 8, 4);
    return new JavaModel(card, new TinyNet(seed));
  }

  /** The card of {@link #tiny(long)}. */
  public static ModelCard tinyCard() {
    return TinyNet.card();
  }

  /** Shapes of the runs so far, such as {@code 2x12x16}: N, H, W. */
  public List<String> runs() {
    return List.copyOf(runs);
  }

  /** The class score map of one image, (K, h, w), in double precision. */
  public double[] scoreMap(PixelBatch batch, int slot) {
    return net.compute(batch.slot(slot), batch.height(), batch.width()).scoreMap();
  }

  /** The box map of one image, (4 or 4K, h, w), in double precision. */
  public double[] boxMap(PixelBatch batch, int slot) {
    return net.compute(batch.slot(slot), batch.height(), batch.width())
        .of(Output.BOX_MAP, card.task());
  }

  @Override
  public Device device() {
    return new Device.Cpu();
  }

  @Override
  public ModelCard card() {
    return card;
  }

  @Override
  public void run(PixelBatch pixels, DenseOutputs outputs) {
    runs.add(pixels.count() + "x" + pixels.height() + "x" + pixels.width());
    for (int i = 0; i < pixels.count(); i++) {
      TinyNet.Result result = net.compute(pixels.slot(i), pixels.height(), pixels.width());
      for (Output output : outputs.wanted()) {
        double[] values = result.of(output, card.task());
        FloatBuffer buffer = outputs.get(output);
        for (int j = 0; j < values.length; j++) {
          buffer.put(i * values.length + j, (float) values[j]);
        }
      }
    }
  }

  @Override
  public void close() {}
}
