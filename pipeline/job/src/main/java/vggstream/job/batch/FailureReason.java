package vggstream.job.batch;

/** Why an image that could be decoded was not classified. Names as they appear in dead letters. */
public enum FailureReason {
  /** At one of the scales the image has more pixels than allowed. */
  RESCALED_TOO_LARGE,
  /** The runtime failed on this image, alone in its batch. */
  INFERENCE_FAILED,
  /** The network's scores are infinite or not numbers. */
  SCORES_NOT_FINITE
}
