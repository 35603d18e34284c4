package vggstream.job.config;

/** Where a job that has no checkpoint starts to read. */
public enum StartingOffsets {
  /** At the consumer group's committed offsets; at the earliest record where there are none. */
  COMMITTED,
  /** At the earliest record. */
  EARLIEST,
  /** After the latest record. */
  LATEST
}
