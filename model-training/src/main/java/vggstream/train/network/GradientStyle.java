package vggstream.train.network;

/** How a training graph computes the gradients. */
public enum GradientStyle {
  /**
   * ONNX Runtime's training operators (a build that has them), small maps of large batches laid out
   * by position, and Winograd's filtering where it pays: the fastest on the processor.
   */
  TRAINING_OPERATORS,
  /** As {@link #TRAINING_OPERATORS}, with all maps laid out as images: what CUDA takes. */
  IMAGE_MAJOR,
  /** As {@link #TRAINING_OPERATORS}, with all maps after the first block's laid out by position. */
  POSITION_MAJOR,
  /**
   * As {@link #TRAINING_OPERATORS}, with Winograd's filtering in all 3 x 3 after the first block.
   */
  WINOGRAD,
  /** Standard ONNX operators alone, which any runtime has. */
  STANDARD_OPERATORS
}
