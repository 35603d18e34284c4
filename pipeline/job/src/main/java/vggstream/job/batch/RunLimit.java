package vggstream.job.batch;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import vggstream.image.Size;

/**
 * How large a run of the networks may be. Halved whenever memory did not suffice for one, and never
 * grown again: who needs the memory back takes a smaller {@code batch-pixels}. Thread-safe.
 */
final class RunLimit {
  private final int images;
  private final AtomicLong pixels;
  private final AtomicInteger halvings = new AtomicInteger();

  /**
   * @param images most images of a run, at least 1
   * @param pixels most pixels of a run of more than one image, at first
   */
  RunLimit(int images, long pixels) {
    this.images = images;
    this.pixels = new AtomicLong(pixels);
  }

  /** Most images of this size, with so many slots each, in a run: at least 1. */
  int images(Size size, int slots) {
    long fit = pixels.get() / (size.pixels() * slots);
    return (int) Math.max(1, Math.min(images, fit));
  }

  /** Memory did not suffice for a run of so many images. */
  void exceeded(Size size, int slots, int ranImages) {
    long ran = size.pixels() * slots * ranImages;
    long before = pixels.getAndUpdate(now -> Math.min(now, ran / 2));
    if (before > ran / 2) {
      halvings.incrementAndGet();
    }
  }

  /** Most pixels of a run. */
  long pixels() {
    return pixels.get();
  }

  /** How often it was halved. */
  int halvings() {
    return halvings.get();
  }
}
