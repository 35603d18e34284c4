package vggstream.train.step;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import vggstream.train.network.Layer;
import vggstream.train.network.Network;
import vggstream.train.network.Parameter;
import vggstream.train.network.Shape;

/**
 * The networks in plain Java and double precision, by the definitions of their layers: the oracle
 * of the gradients. Keeps every layer's input, so that a changed parameter costs only what follows.
 * Images may be larger than the crop: fully-connected layers are then applied at each place of the
 * map, and the scores averaged (paper, section 3.2).
 */
final class ReferenceNetwork {
  private final Network network;
  private final int batch;
  private final long[] labels;
  private final Map<String, double[]> parameters = new HashMap<>();
  private final Map<String, float[]> masks;
  private final List<double[]> inputs = new ArrayList<>();

  /** Of each layer's input, and of the last's output. */
  private final List<Integer> heights = new ArrayList<>();

  private final List<Integer> widths = new ArrayList<>();

  /** True boxes, (N, 4), of a network that localises. */
  private float[] boxes = {};

  /** The most that an LRN layer added to its k: alpha * sum x^2. */
  double largestLrnTerm;

  /**
   * How near the images come to a kink of the network, relative to the layer's largest value: a
   * ReLU's input to zero, or a pooling window's largest value to its second. Where it is below the
   * rounding errors of floats, implementations may rightly give different gradients.
   */
  double margin = 1;

  ReferenceNetwork(
      Network network, Map<String, float[]> values, Map<String, float[]> masks, long[] labels) {
    this(network, network.spec().cropSide(), network.spec().cropSide(), values, masks, labels);
  }

  ReferenceNetwork(
      Network network,
      int height,
      int width,
      Map<String, float[]> values,
      Map<String, float[]> masks,
      long[] labels) {
    this.network = network;
    int h = height;
    int w = width;
    for (Layer layer : network.layers()) {
      heights.add(h);
      widths.add(w);
      if (layer instanceof Layer.MaxPooling) {
        h /= 2;
        w /= 2;
      } else if (layer instanceof Layer.FullyConnected fc) {
        h -= fc.input().height() - 1;
        w -= fc.input().width() - 1;
      }
    }
    heights.add(h);
    widths.add(w);
    this.batch = labels.length;
    this.labels = labels;
    this.masks = masks;
    values.forEach(
        (name, v) -> {
          double[] d = new double[v.length];
          for (int i = 0; i < d.length; i++) {
            d[i] = v[i];
          }
          parameters.put(name, d);
        });
  }

  /** The same with true boxes, (N, 4). */
  ReferenceNetwork withBoxes(float[] truth) {
    boxes = truth;
    return this;
  }

  /** The loss of preprocessed images, (N, 3, H, W). */
  double loss(double[] images) {
    margin = 1;
    inputs.clear();
    inputs.add(images);
    return lossFrom(0, true);
  }

  /** The derivative of the loss by one value of a parameter, by a central difference. */
  double derivative(Parameter p, int index) {
    int layer = 0;
    while (!network.layers().get(layer).parameters().contains(p)) {
      layer++;
    }
    double[] values = parameters.get(p.name());
    double value = values[index];
    double h = 1e-6 * Math.max(1, Math.abs(value));
    values[index] = value + h;
    double up = lossFrom(layer, false);
    values[index] = value - h;
    double down = lossFrom(layer, false);
    values[index] = value;
    return (up - down) / (2 * h);
  }

  private double lossFrom(int first, boolean keep) {
    double[] x = inputs.get(first);
    for (int i = first; i < network.layers().size(); i++) {
      x = apply(network.layers().get(i), x, heights.get(i), widths.get(i));
      if (keep) {
        inputs.add(x);
      }
    }
    x = spatialMean(x, heights.get(heights.size() - 1) * widths.get(widths.size() - 1));
    return switch (network.spec().head()) {
      case CLASSIFY -> logisticLoss(x);
      case SCR -> euclideanLoss(x, 4, new long[batch]);
      case PCR -> euclideanLoss(x, 4 * network.spec().classes(), labels);
    };
  }

  /** Sum of squared differences over 2N; the box of place b stands at 4 b in each row. */
  private double euclideanLoss(double[] x, int row, long[] places) {
    double loss = 0;
    for (int n = 0; n < batch; n++) {
      for (int j = 0; j < 4; j++) {
        double d = x[n * row + 4 * (int) places[n] + j] - boxes[4 * n + j];
        loss += d * d;
      }
    }
    return loss / (2 * batch);
  }

  private double logisticLoss(double[] x) {
    int classes = network.spec().classes();
    double loss = 0;
    for (int n = 0; n < batch; n++) {
      double max = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < classes; k++) {
        max = Math.max(max, x[n * classes + k]);
      }
      double sum = 0;
      for (int k = 0; k < classes; k++) {
        sum += Math.exp(x[n * classes + k] - max);
      }
      loss += max + Math.log(sum) - x[n * classes + (int) labels[n]];
    }
    return loss / batch;
  }

  private static double[] spatialMean(double[] map, int area) {
    double[] mean = new double[map.length / area];
    for (int i = 0; i < map.length; i++) {
      mean[i / area] += map[i] / area;
    }
    return mean;
  }

  private double[] apply(Layer layer, double[] x, int height, int width) {
    if (layer instanceof Layer.Convolution c) {
      return convolution(c, x, height, width);
    }
    if (layer instanceof Layer.LocalResponseNormalisation l) {
      return normalisation(l, x, height * width);
    }
    if (layer instanceof Layer.MaxPooling m) {
      return pooling(m, x, height, width);
    }
    if (layer instanceof Layer.FullyConnected f) {
      return fullyConnected(f, x, height, width);
    }
    float[] mask = masks.get(layer.name());
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = x[i] * mask[i / (height * width)];
    }
    return y;
  }

  private double[] convolution(Layer.Convolution layer, double[] x, int height, int width) {
    double[] w = parameters.get(layer.name() + ".weight");
    double[] b = parameters.get(layer.name() + ".bias");
    int channels = layer.input().channels();
    int outputs = layer.output().channels();
    int kernel = layer.kernel();
    int pad = kernel / 2;
    double[] y = new double[batch * outputs * height * width];
    for (int n = 0; n < batch; n++) {
      for (int k = 0; k < outputs; k++) {
        int plane = (n * outputs + k) * height * width;
        Arrays.fill(y, plane, plane + height * width, b[k]);
        for (int c = 0; c < channels; c++) {
          for (int u = 0; u < kernel; u++) {
            for (int v = 0; v < kernel; v++) {
              double weight = w[((k * channels + c) * kernel + u) * kernel + v];
              int from = (n * channels + c) * height * width;
              for (int i = Math.max(0, pad - u); i < Math.min(height, height + pad - u); i++) {
                int source = from + (i + u - pad) * width + v - pad;
                int target = plane + i * width;
                for (int j = Math.max(0, pad - v); j < Math.min(width, width + pad - v); j++) {
                  y[target + j] += weight * x[source + j];
                }
              }
            }
          }
        }
      }
    }
    return rectify(y);
  }

  private double[] rectify(double[] z) {
    double largest = 0;
    double smallest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < z.length; i++) {
      largest = Math.max(largest, Math.abs(z[i]));
      smallest = Math.min(smallest, Math.abs(z[i]));
      z[i] = Math.max(0, z[i]);
    }
    margin = Math.min(margin, smallest / largest);
    return z;
  }

  private double[] normalisation(Layer.LocalResponseNormalisation layer, double[] x, int area) {
    int channels = layer.input().channels();
    double[] y = new double[x.length];
    for (int n = 0; n < batch; n++) {
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < area; i++) {
          double sum = 0;
          for (int d = -(layer.n() / 2); d <= layer.n() / 2; d++) {
            if (c + d >= 0 && c + d < channels) {
              double v = x[(n * channels + c + d) * area + i];
              sum += v * v;
            }
          }
          largestLrnTerm = Math.max(largestLrnTerm, layer.alpha() * sum);
          int at = (n * channels + c) * area + i;
          y[at] = x[at] * Math.pow(layer.k() + layer.alpha() * sum, -layer.beta());
        }
      }
    }
    return y;
  }

  private double[] pooling(Layer.MaxPooling layer, double[] x, int height, int width) {
    int planes = batch * layer.input().channels();
    int h = height / 2;
    int w = width / 2;
    double[] y = new double[planes * h * w];
    double largest = 0;
    double nearest = Double.POSITIVE_INFINITY;
    for (int p = 0; p < planes; p++) {
      for (int i = 0; i < h; i++) {
        for (int j = 0; j < w; j++) {
          int at = (p * 2 * h + 2 * i) * width + 2 * j;
          double[] window = {x[at], x[at + 1], x[at + width], x[at + width + 1]};
          Arrays.sort(window);
          y[(p * h + i) * w + j] = window[3];
          largest = Math.max(largest, window[3]);
          if (window[3] > 0) {
            nearest = Math.min(nearest, window[3] - window[2]);
          }
        }
      }
    }
    margin = Math.min(margin, nearest / largest);
    return y;
  }

  private double[] fullyConnected(Layer.FullyConnected layer, double[] x, int height, int width) {
    double[] w = parameters.get(layer.name() + ".weight");
    double[] b = parameters.get(layer.name() + ".bias");
    Shape window = layer.input();
    int in = (int) window.elements();
    int out = layer.output().channels();
    int rows = height - window.height() + 1;
    int columns = width - window.width() + 1;
    double[] y = new double[batch * out * rows * columns];
    double[] met = new double[in];
    for (int n = 0; n < batch; n++) {
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          for (int i = 0; i < in; i++) {
            int c = i / (window.height() * window.width());
            int u = i / window.width() % window.height();
            int v = i % window.width();
            met[i] = x[((n * window.channels() + c) * height + row + u) * width + column + v];
          }
          for (int k = 0; k < out; k++) {
            double sum = b[k];
            for (int i = 0; i < in; i++) {
              sum += w[k * in + i] * met[i];
            }
            y[((n * out + k) * rows + row) * columns + column] = sum;
          }
        }
      }
    }
    return layer.rectified() ? rectify(y) : y;
  }
}
