package vggstream.train.step;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import vggstream.train.network.Layer;
import vggstream.train.network.Network;
import vggstream.train.network.Parameter;

/** The same networks and the same step on LibTorch by DJL: an independent implementation. */
final class LibTorchNetwork implements AutoCloseable {
  static {
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
  }

  private final Network network;
  private final Engine engine = Engine.getEngine("PyTorch");
  private final NDManager manager = NDManager.newBaseManager(null, "PyTorch");
  private final Loss crossEntropy = Loss.softmaxCrossEntropyLoss();
  private final Map<String, NDArray> parameters = new LinkedHashMap<>();
  private final Map<String, NDArray> momentum = new LinkedHashMap<>();

  LibTorchNetwork(Network network, Map<String, float[]> values) {
    this.network = network;
    List<Parameter> trained = network.trainedParameters();
    for (Parameter p : network.parameters()) {
      Shape shape = new Shape(p.dimensions());
      NDArray w = manager.create(values.get(p.name()), shape);
      w.setRequiresGradient(trained.contains(p));
      parameters.put(p.name(), w);
      momentum.put(p.name(), manager.zeros(shape));
    }
  }

  /** Number of threads that LibTorch says it computes with. */
  static int threads() {
    Engine.getEngine("PyTorch");
    return JniUtils.getNumThreads();
  }

  static void setThreads(int threads) {
    Engine.getEngine("PyTorch");
    JniUtils.setNumThreads(threads);
  }

  /** A host array as an array of LibTorch that lives as long as this network. */
  NDArray array(float[] values, long... shape) {
    return manager.create(values, new Shape(shape));
  }

  NDArray labels(long[] labels) {
    return manager.create(labels, new Shape(labels.length));
  }

  float[] parameter(String name) {
    return parameters.get(name).toFloatArray();
  }

  /**
   * One step.
   *
   * @param images preprocessed, (N, 3, H, W)
   * @param masks of dropout by layer; empty: LibTorch draws its own
   * @param gradients takes the gradients by parameter, if not null
   * @return the loss
   */
  float step(
      NDArray images,
      NDArray labels,
      Map<String, NDArray> masks,
      StepHyperparameters h,
      Map<String, float[]> gradients) {
    return step(
        images,
        masks,
        scores -> crossEntropy.evaluate(new NDList(labels), new NDList(scores)),
        h,
        gradients);
  }

  /**
   * One step by the Euclidean loss.
   *
   * @param boxes true ones, (N, 4)
   * @param own (N, 4 or 4K), 1 where an image's own box stands, else 0
   */
  float boxStep(
      NDArray images,
      NDArray boxes,
      NDArray own,
      Map<String, NDArray> masks,
      StepHyperparameters h,
      Map<String, float[]> gradients) {
    long n = boxes.getShape().get(0);
    return step(
        images,
        masks,
        output -> {
          NDArray each = output.mul(own).reshape(n, -1, 4).sum(new int[] {1}); // (N, 4)
          return each.sub(boxes).square().sum().div(2 * n);
        },
        h,
        gradients);
  }

  private float step(
      NDArray images,
      Map<String, NDArray> masks,
      UnaryOperator<NDArray> lossOf,
      StepHyperparameters h,
      Map<String, float[]> gradients) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray loss;
      try (GradientCollector collector = engine.newGradientCollector()) {
        loss = lossOf.apply(forward(images, masks, h.dropout(), scope));
        loss.attach(scope);
        collector.backward(loss);
      }
      float value = loss.getFloat();
      for (Parameter p : network.trainedParameters()) {
        NDArray w = parameters.get(p.name());
        NDArray g = w.getGradient();
        g.attach(scope);
        if (gradients != null) {
          gradients.put(p.name(), g.toFloatArray());
        }
        update(p, w, g, h, scope);
        g.muli(0f);
      }
      return value;
    }
  }

  private void update(Parameter p, NDArray w, NDArray g, StepHyperparameters h, NDManager scope) {
    NDArray values = w.stopGradient();
    values.attach(scope);
    NDArray slope = g;
    if (p.kind() == Parameter.Kind.WEIGHT) {
      NDArray decay = values.mul(h.weightDecay());
      decay.attach(scope);
      slope = g.add(decay);
      slope.attach(scope);
    }
    NDArray v = momentum.get(p.name());
    v.muli(h.momentum());
    NDArray change = slope.mul(h.learningRate());
    change.attach(scope);
    v.subi(change);
    values.addi(v);
  }

  private NDArray forward(
      NDArray images, Map<String, NDArray> masks, float ratio, NDManager scope) {
    NDArray x = images.duplicate();
    x.attach(scope);
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.FullyConnected fc) {
        x = x.getShape().dimension() > 2 ? x.reshape(x.getShape().get(0), -1) : x;
        NDArray y = Linear.linear(x, of(layer, ".weight"), of(layer, ".bias")).singletonOrThrow();
        x = fc.rectified() ? Activation.relu(y) : y;
      } else if (layer instanceof Layer.Dropout) {
        x =
            masks.isEmpty()
                ? Dropout.dropout(x, ratio, true).singletonOrThrow()
                : x.mul(masks.get(layer.name()));
      } else {
        x = image(layer, x, scope);
      }
      x.attach(scope);
    }
    return x; // (N, K)
  }

  /** The score map of preprocessed images of any size, the network made fully convolutional. */
  float[] scoreMap(NDArray images, Shape[] shape) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray x = images.duplicate();
      x.attach(scope);
      for (Layer layer : network.layers()) {
        if (layer instanceof Layer.FullyConnected fc) {
          vggstream.train.network.Shape in = fc.input();
          NDArray w =
              of(layer, ".weight")
                  .reshape(fc.output().channels(), in.channels(), in.height(), in.width());
          NDArray y =
              Conv2d.conv2d(
                      x,
                      w,
                      of(layer, ".bias"),
                      new Shape(1, 1),
                      new Shape(0, 0),
                      new Shape(1, 1),
                      1)
                  .singletonOrThrow();
          x = fc.rectified() ? Activation.relu(y) : y;
        } else if (!(layer instanceof Layer.Dropout)) {
          x = image(layer, x, scope);
        }
        x.attach(scope);
      }
      shape[0] = x.getShape();
      return x.toFloatArray(); // (N, K, h, w)
    }
  }

  /** A layer whose output is an image. */
  private NDArray image(Layer layer, NDArray x, NDManager scope) {
    if (layer instanceof Layer.Convolution conv) {
      int pad = conv.kernel() / 2;
      NDArray z =
          Conv2d.conv2d(
                  x,
                  of(layer, ".weight"),
                  of(layer, ".bias"),
                  new Shape(1, 1),
                  new Shape(pad, pad),
                  new Shape(1, 1),
                  1)
              .singletonOrThrow();
      return Activation.relu(z);
    }
    if (layer instanceof Layer.MaxPooling) {
      return Pool.maxPool2d(x, new Shape(2, 2), new Shape(2, 2), new Shape(0, 0), false);
    }
    Layer.LocalResponseNormalisation lrn = (Layer.LocalResponseNormalisation) layer;
    Shape shape = x.getShape();
    long channels = shape.get(1);
    int side = lrn.n() / 2;
    NDArray border = scope.zeros(new Shape(shape.get(0), side, shape.get(2), shape.get(3)));
    NDArray squares = border.concat(x.square(), 1).concat(border, 1);
    NDArray sum = squares.get(new NDIndex(":, 0:" + channels));
    for (int d = 1; d < lrn.n(); d++) {
      sum = sum.add(squares.get(new NDIndex(":, " + d + ":" + (d + channels))));
    }
    return x.div(sum.mul(lrn.alpha()).add(lrn.k()).pow(lrn.beta()));
  }

  private NDArray of(Layer layer, String suffix) {
    return parameters.get(layer.name() + suffix);
  }

  @Override
  public void close() {
    manager.close();
  }
}
