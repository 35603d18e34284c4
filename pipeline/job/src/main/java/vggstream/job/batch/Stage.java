package vggstream.job.batch;

/** The steps of an image through the batcher. Names as they appear in dead letters. */
public enum Stage {
  /** Decoding the image. */
  DECODE,
  /** Bringing it to the scales. */
  RESCALE,
  /** Running the network. */
  INFER
}
