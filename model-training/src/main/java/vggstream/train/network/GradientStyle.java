package vggstream.train.network;

/** How a training graph computes the gradients. */
public enum GradientStyle {
  /** ONNX Runtime's training operators (a build that has them): the fastest. */
  TRAINING_OPERATORS,
  /** Standard ONNX operators alone, which any runtime has. */
  STANDARD_OPERATORS
}
