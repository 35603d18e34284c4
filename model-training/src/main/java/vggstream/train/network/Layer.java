package vggstream.train.network;

import java.util.List;

/** A layer of a network, named as in Caffe's VGG release, with the shapes of one image. */
public sealed interface Layer {

  String name();

  Shape input();

  Shape output();

  /** Its trained tensors, weight before bias; empty if it has none. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /**
   * Convolution of stride 1, padded so that height and width stay, and ReLU.
   *
   * @param kernel side of the receptive field: 3, 1 in configuration C, 5 in B-5x5
   */
  record Convolution(String name, Shape input, Shape output, int kernel) implements Layer {
    @Override
    public List<Parameter> parameters() {
      long area = (long) kernel * kernel;
      long k = output.channels();
      long c = input.channels();
      return weightAndBias(name, List.of(k, c, (long) kernel, (long) kernel), c * area, k * area);
    }
  }

  /**
   * Local response normalisation across channels (Krizhevsky et al. 2012, section 3.3): {@code y_i
   * = x_i / (k + alpha * sum_j x_j^2)^beta} over the n channels around i; alpha is not divided by
   * n.
   */
  record LocalResponseNormalisation(
      String name, Shape input, int n, float k, float alpha, float beta) implements Layer {
    /** Krizhevsky et al.'s constants, which the paper took over (section 3.1 there, 2.1 here). */
    static LocalResponseNormalisation alexNet(String name, Shape input) {
      return new LocalResponseNormalisation(name, input, 5, 2, 1e-4f, 0.75f);
    }

    @Override
    public Shape output() {
      return input;
    }
  }

  /** Max-pooling over 2 x 2 pixels with stride 2. */
  record MaxPooling(String name, Shape input) implements Layer {
    @Override
    public Shape output() {
      return new Shape(input.channels(), input.height() / 2, input.width() / 2);
    }
  }

  /**
   * Fully-connected layer.
   *
   * @param rectified whether ReLU follows: after all but the last
   */
  record FullyConnected(String name, Shape input, Shape output, boolean rectified)
      implements Layer {
    @Override
    public List<Parameter> parameters() {
      long in = input.elements();
      long out = output.channels();
      return weightAndBias(name, List.of(out, in), in, out);
    }

    /** The weight's shape as that of a convolution, (K, C, h, w): the same values in order. */
    long[] window() {
      return new long[] {output.channels(), input.channels(), input.height(), input.width()};
    }
  }

  /** Dropout (Hinton et al. 2012); its ratio is a matter of training, not of the network. */
  record Dropout(String name, Shape input) implements Layer {
    @Override
    public Shape output() {
      return input;
    }
  }

  private static List<Parameter> weightAndBias(
      String layer, List<Long> weight, long fanIn, long fanOut) {
    return List.of(
        new Parameter(layer + ".weight", weight, fanIn, fanOut, Parameter.Kind.WEIGHT),
        new Parameter(layer + ".bias", List.of(weight.get(0)), fanIn, fanOut, Parameter.Kind.BIAS));
  }
}
