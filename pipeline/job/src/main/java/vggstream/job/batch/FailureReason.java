package vggstream.job.batch;

/** Why an image that could be decoded was not classified. Names as they appear in dead letters. */
public enum FailureReason {
  /** The runtime failed on this image, alone in its batch. */
  INFERENCE_FAILED,
  /** The runtime has not the memory for this image, not even alone. */
  OUT_OF_MEMORY,
  /** The network's scores are infinite or not numbers. */
  SCORES_NOT_FINITE,
  /** The boxes that the network predicts are infinite or not numbers. */
  BOXES_NOT_FINITE,
  /** A step failed as it never should; the message says how. */
  UNEXPECTED
}
