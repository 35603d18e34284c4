package vggstream.job.batch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import vggstream.classify.ScaledView;
import vggstream.image.Size;
import vggstream.tensor.PixelBatch;

/**
 * Images of one size that will be run together. Each takes {@link #slots} adjacent slots: itself
 * and perhaps its mirror image. The fields that change are guarded by the lock of the {@link
 * BatchQueue}.
 */
final class Batch {

  /**
   * An image's place.
   *
   * @param index of the image in the batch
   * @param waitedNanos until there was a place
   */
  record Place(Batch batch, int index, long waitedNanos) {}

  private final Size size;
  private final int slots;
  private final int capacity;
  private final long deadlineNanos;
  private final BufferPool pool;
  private final List<Request> requests = new ArrayList<>();
  private final List<ScaledView> scaledViews = new ArrayList<>();
  private final long[] waitingSince; // by place
  private int writing;
  private @Nullable ByteBuffer memory; // guarded by this
  private @Nullable PixelBatch pixels; // guarded by this

  Batch(Size size, int slots, int capacity, long deadlineNanos, BufferPool pool) {
    this.size = size;
    this.slots = slots;
    this.capacity = capacity;
    this.deadlineNanos = deadlineNanos;
    this.pool = pool;
    this.waitingSince = new long[capacity];
  }

  static long bytes(Size size, int slots, int capacity) {
    return PixelBatch.bytes(slots * capacity, size.height(), size.width());
  }

  long bytes() {
    return bytes(size, slots, capacity);
  }

  Size size() {
    return size;
  }

  /** Slots of each image. */
  int slots() {
    return slots;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  /** Images, in the order of their places. */
  List<Request> requests() {
    return requests;
  }

  /** When the image at a place was written, less the time that it had waited for its place. */
  long waitingSince(int index) {
    return waitingSince[index];
  }

  /** What each image is here, in the order of their places. */
  List<ScaledView> scaledViews() {
    return scaledViews;
  }

  Place add(Request request, ScaledView view, long waitedNanos) {
    requests.add(request);
    scaledViews.add(view);
    writing++;
    return new Place(this, requests.size() - 1, waitedNanos);
  }

  void written(Place place, long now) {
    waitingSince[place.index()] = now - place.waitedNanos();
    writing--;
  }

  boolean isWritten() {
    return writing == 0;
  }

  /** Most images. */
  int capacity() {
    return capacity;
  }

  boolean isFull() {
    return requests.size() == capacity;
  }

  /** The batch's memory, taken from the pool by whoever comes first, outside the queue's lock. */
  synchronized PixelBatch pixels() {
    PixelBatch batch = pixels;
    if (batch == null) {
      ByteBuffer buffer = pool.take(bytes());
      batch = new PixelBatch(buffer, slots * capacity, size.height(), size.width());
      memory = buffer;
      pixels = batch;
    }
    return batch;
  }

  /** Gives the memory back; nobody may use {@link #pixels} afterwards. */
  synchronized void free() {
    if (memory != null) {
      pool.give(memory);
      memory = null;
      pixels = null;
    }
  }
}
