package vggstream.job.codec;

/**
 * The part that a released model plays: {@code role} of a {@link vggstream.schema.ModelRelease}.
 */
public enum ModelRole {
  /** Answers all events that the canary does not. */
  PRIMARY,
  /** Answers a share of the events. */
  CANARY,
  /** Answers all events a second time. */
  SHADOW
}
