package vggstream.train.network;

import java.util.function.UnaryOperator;

/** Another way than as images to lay out maps in memory, with what can be done to them so. */
interface MapLayout {

  /**
   * Maps in this layout.
   *
   * @param name of the value, its positions first
   * @param places in memory, 0..P-1, of the positions, row by row
   */
  record Value(String name, int[] places) {}

  /** A layer's output, and what turns its gradient into that of the input, places as there. */
  record Applied(Value output, UnaryOperator<String> backward) {}

  /** Images (N, C, H, W) in this layout, row by row. */
  String byPosition(String x, Shape shape);

  /** What {@link #byPosition} gives, as images (N, C, H, W). */
  String byImage(String x, Shape shape);

  /** A value as images again. */
  String leave(Value x, Shape shape);

  /** Convolution and ReLU, with the gradients of its parameters as the outputs of these names. */
  Applied convolution(Value x, Layer.Convolution layer, String dWeight, String dBias);

  /** Max-pooling over 2 x 2 pixels; dY in equal shares where several pixels hold the maximum. */
  Applied pooling(Value x, Shape shape);
}
