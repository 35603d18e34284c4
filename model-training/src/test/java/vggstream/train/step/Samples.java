package vggstream.train.step;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import vggstream.tensor.PixelBatch;
import vggstream.train.network.Initialisation;
import vggstream.train.network.Layer;
import vggstream.train.network.Network;
import vggstream.train.network.Parameter;
import vggstream.train.network.Preprocessing;

/** Seeded images, labels, parameters and masks for tests. */
final class Samples {
  static final Preprocessing PREPROCESSING =
      new Preprocessing(List.of(120f, 115f, 100f), List.of(1 / 58f, 1 / 57f, 1 / 59f));

  /** Of {@link ReferenceNetwork#margin}: more than what floats round. */
  static final double LEAST_MARGIN = 1e-6;

  private Samples() {}

  static PixelBatch pixels(int batch, int side, long seed) {
    return pixels(batch, side, side, seed);
  }

  static PixelBatch pixels(int batch, int height, int width, long seed) {
    PixelBatch pixels = PixelBatch.allocate(batch, height, width);
    Random random = new Random(seed);
    for (int n = 0; n < batch; n++) {
      byte[] image = new byte[height * width * 3];
      random.nextBytes(image);
      pixels.slot(n).put(image);
    }
    return pixels;
  }

  /** Square images that differ from one another: four colours, blended from the corners on. */
  static PixelBatch blends(int batch, int side, long seed) {
    PixelBatch pixels = PixelBatch.allocate(batch, side, side);
    Random random = new Random(seed);
    for (int n = 0; n < batch; n++) {
      double[] corners = random.doubles(12, 0, 255).toArray();
      ByteBuffer image = pixels.slot(n);
      for (int i = 0; i < side * side * 3; i++) {
        double down = (double) (i / 3 / side) / (side - 1);
        double right = (double) (i / 3 % side) / (side - 1);
        double top = corners[i % 3] * (1 - right) + corners[3 + i % 3] * right;
        double bottom = corners[6 + i % 3] * (1 - right) + corners[9 + i % 3] * right;
        image.put(i, (byte) Math.round(top * (1 - down) + bottom * down));
      }
    }
    return pixels;
  }

  static LongBuffer labels(int batch, int classes, long seed) {
    LongBuffer labels =
        ByteBuffer.allocateDirect(batch * Long.BYTES).order(ByteOrder.nativeOrder()).asLongBuffer();
    Random random = new Random(seed);
    for (int n = 0; n < batch; n++) {
      labels.put(n, random.nextInt(classes));
    }
    return labels;
  }

  /** Colour shifts, (N, 3), of some tens of pixel values. */
  static FloatBuffer shifts(int batch, long seed) {
    FloatBuffer shifts =
        ByteBuffer.allocateDirect(batch * 3 * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    Random random = new Random(seed);
    for (int i = 0; i < 3 * batch; i++) {
      shifts.put(i, (float) (20 * random.nextGaussian()));
    }
    return shifts;
  }

  /** True boxes, (N, 4), some of which stick out of the crop. */
  static FloatBuffer boxes(int batch, long seed) {
    FloatBuffer boxes =
        ByteBuffer.allocateDirect(batch * 4 * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    Random random = new Random(seed);
    for (int n = 0; n < batch; n++) {
      for (int j = 0; j < 4; j++) {
        boxes.put(4 * n + j, (j < 2 ? 0.2f : 0.4f) + 0.6f * random.nextFloat());
      }
    }
    return boxes;
  }

  static long[] array(LongBuffer buffer) {
    long[] values = new long[buffer.remaining()];
    buffer.duplicate().get(values);
    return values;
  }

  static float[] array(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.duplicate().get(values);
    return values;
  }

  static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** He's weights, and biases that keep narrow networks alive. */
  static Map<String, float[]> parameters(Network network, long seed) {
    Map<String, float[]> values = new LinkedHashMap<>();
    Random random = new Random(seed);
    for (Parameter p : network.parameters()) {
      float[] v = new float[(int) p.elements()];
      new Initialisation.He().fill(p, seed, FloatBuffer.wrap(v));
      if (p.kind() == Parameter.Kind.BIAS) {
        for (int i = 0; i < v.length; i++) {
          v[i] = (float) (0.1 + 0.05 * random.nextGaussian());
        }
      }
      values.put(p.name(), v);
    }
    return values;
  }

  static Map<String, float[]> masks(Network network, int batch, float ratio, DropoutKey key) {
    Map<String, float[]> masks = new LinkedHashMap<>();
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Dropout) {
        int width = (int) layer.input().elements();
        float[] mask = new float[batch * width];
        DropoutMasks.fill(FloatBuffer.wrap(mask), batch, width, layer.name(), ratio, key);
        masks.put(layer.name(), mask);
      }
    }
    return masks;
  }

  /** Images as the networks see them, (N, 3, H, W). */
  static double[] preprocessed(PixelBatch pixels, Preprocessing p) {
    return preprocessed(new StepPart(pixels, labels(pixels.count(), 1, 1)), p);
  }

  /** Images of a part as the networks see them, (N, 3, H, W). */
  static double[] preprocessed(StepPart part, Preprocessing p) {
    PixelBatch pixels = part.pixels();
    FloatBuffer shifts = part.colourShift();
    int area = pixels.height() * pixels.width();
    double[] x = new double[pixels.count() * 3 * area];
    for (int n = 0; n < pixels.count(); n++) {
      ByteBuffer image = pixels.slot(n);
      for (int i = 0; i < area; i++) {
        for (int c = 0; c < 3; c++) {
          float shift = shifts == null ? 0 : shifts.get(3 * n + c);
          x[(n * 3 + c) * area + i] =
              ((image.get(3 * i + c) & 0xFF) - p.mean().get(c) + shift) * p.scale().get(c);
        }
      }
    }
    return x;
  }
}
