package vggstream.job.metric;

/**
 * Memory of a device.
 *
 * @param used bytes in use; {@link #UNKNOWN} if not known
 * @param total bytes that there are; {@link #UNKNOWN} if not known
 */
public record MemoryUse(long used, long total) {
  /** What is shown where nothing is known. */
  public static final long UNKNOWN = -1;

  static final MemoryUse NONE = new MemoryUse(UNKNOWN, UNKNOWN);

  public MemoryUse {
    if (used < UNKNOWN || total < UNKNOWN) {
      throw new IllegalArgumentException(
          "bytes must be at least 0, or -1 if not known: were %d of %d".formatted(used, total));
    }
  }
}
