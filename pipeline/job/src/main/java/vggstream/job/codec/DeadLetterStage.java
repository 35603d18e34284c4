package vggstream.job.codec;

/** The step that gave a record up: {@code stage} of a dead letter. */
public enum DeadLetterStage {
  /** Reading the record as an ImageEvent. */
  READ,
  /** Reading the image at the event's uri. */
  FETCH,
  /** Decoding the image. */
  DECODE,
  /** Bringing the image to the scales. */
  RESCALE,
  /** Running the network. */
  INFER,
  /** Waiting for an answer, whatever step the image had reached. */
  CLASSIFY,
  /** Encoding the answer. */
  WRITE,
  /** Putting a model into service. */
  RELEASE
}
