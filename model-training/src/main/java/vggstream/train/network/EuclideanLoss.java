package vggstream.train.network;

import static vggstream.train.network.GraphBuilder.attribute;

import java.util.List;

/**
 * The Euclidean loss of predicted boxes (paper, appendix A) as operators: L = sum_n |p_n - t_n|^2 /
 * 2N, whose gradient by p is (p - t) / N. All of it is ONNX's own, the same for every gradient
 * style.
 */
final class EuclideanLoss {
  private final GraphBuilder g;
  private final int batch;

  /**
   * Makes losses.
   *
   * @param batch number of images N
   */
  EuclideanLoss(GraphBuilder g, int batch) {
    this.g = g;
    this.batch = batch;
  }

  /** The loss, to an output of its name; returns its gradient by the predictions, weighted. */
  String of(String predicted, String truth, String loss, String weight) {
    String difference = g.node("Sub", List.of(predicted, truth)); // (N, 4)
    String squares =
        g.node("ReduceSumSquare", List.of(difference), attribute("keepdims", 0)); // scalar
    g.nodeTo(List.of(loss), "Mul", List.of(squares, g.scalar(1f / (2 * batch))));
    String mean = g.node("Mul", List.of(difference, g.scalar(1f / batch)));
    return g.node("Mul", List.of(mean, weight)); // (N, 4)
  }

  /** Places in a row of 4 K values of the 4 that belong to each image's class. */
  String indicesOfClasses(String labels) {
    String first = g.node("Mul", List.of(labels, g.longs(Head.BOX))); // (N)
    String column = g.node("Unsqueeze", List.of(first, g.longs(1))); // (N, 1)
    return g.node("Add", List.of(column, g.longs(0, 1, 2, 3))); // (N, 4)
  }

  /** Values at the places of the images' classes, zero elsewhere: (N, channels). */
  String spread(String values, String indices, int channels) {
    String zeros = g.node("ConstantOfShape", List.of(g.longs(batch, channels)));
    return g.node(
        "ScatterElements", List.of(zeros, indices, values), attribute("axis", 1)); // (N, 4 K)
  }
}
