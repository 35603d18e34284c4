package vggstream.train.data;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;
import vggstream.localise.Box;
import vggstream.tensor.PixelBatch;
import vggstream.train.data.CounterRandom.Purpose;

/**
 * Mini-batches of augmented images, decoded by threads of its own ahead of the optimiser, into a
 * ring of batches whose memory is used again. Each epoch visits the images in an order of its own;
 * what is left over after the last whole batch of an epoch is not visited in it, since a graph's
 * batch size is fixed. What a batch holds depends on the seed alone, not on the number of threads.
 *
 * <p>Of images with boxes, a batch says where an object is in each crop, and crops that hold too
 * little of one are not used (see {@link LocatedCrop}).
 *
 * <p>An image that cannot be read is replaced by the next readable one in the epoch's order.
 *
 * <p>One thread takes batches; {@link #close} ends the others.
 */
public final class BatchLoader implements AutoCloseable {
  private final ImageSet images;
  private final Augmentation augmentation;
  private final UnreadableImages unreadable;
  private final ImageLimits limits;
  private final long seed;
  private final int batchesPerEpoch;
  private final int batchSize;
  private final List<BatchMemory> ring = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition released = lock.newCondition();
  private final Condition filled = lock.newCondition();
  // guarded by lock; batches are counted from the first epoch's first
  private final Map<Long, int[]> orders = new HashMap<>(); // by epoch
  private final int[] missing; // by place in the ring: slots not yet filled
  private long nextImage; // the next slot to fill, batch * batchSize + slot
  private long current; // the batch that next() gives
  private long free; // batches below this may be overwritten
  private @Nullable Throwable failure;
  private boolean closed;
  private long waitedNanos;

  /**
   * How a loader works.
   *
   * @param batchSize images of a batch, at least 1 and at most the number of images
   * @param seed of shuffling and augmentation
   * @param threads that decode, at least 1
   * @param ahead batches that the ring holds beside the one in use, at least 1
   */
  public record Options(int batchSize, long seed, int threads, int ahead) {
    public Options {
      if (batchSize < 1 || threads < 1 || ahead < 1) {
        throw new IllegalArgumentException(
            "batch size, threads and batches ahead must be at least 1: were %d, %d, %d"
                .formatted(batchSize, threads, ahead));
      }
    }
  }

  /**
   * Starts to load.
   *
   * @param firstBatch the batch to begin with, counted from the first epoch's first, 0
   * @throws DataException if there are fewer images than a batch holds
   */
  public BatchLoader(
      ImageSet images,
      Augmentation augmentation,
      UnreadableImages unreadable,
      Options options,
      long firstBatch)
      throws DataException {
    this.images = images;
    this.augmentation = augmentation;
    this.unreadable = unreadable;
    this.limits = ImageLimits.DEFAULT;
    this.seed = options.seed();
    this.batchSize = options.batchSize();
    this.batchesPerEpoch = batchesPerEpoch(images, batchSize);
    if (augmentation.wholeImages() && images.boxes() != null) {
      throw new IllegalArgumentException("boxes are relative to crops: whole images have none");
    }
    WholeImageMemory.Grouped grouped = new WholeImageMemory.Grouped(batchSize);
    for (int i = 0; i <= options.ahead(); i++) {
      ring.add(
          augmentation.wholeImages()
              ? new WholeImageMemory(augmentation, batchSize, grouped)
              : new BatchMemory.Crops(augmentation, batchSize, images.boxes() != null));
    }
    this.missing = new int[ring.size()];
    Arrays.fill(missing, batchSize);
    this.current = firstBatch;
    this.free = firstBatch;
    this.nextImage = firstBatch * batchSize;
    for (int t = 0; t < options.threads(); t++) {
      Thread thread = new Thread(this::load, "loader-" + t);
      thread.setDaemon(true);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
  }

  /**
   * Whole batches in an epoch.
   *
   * @throws DataException if there is not one
   */
  public static int batchesPerEpoch(ImageSet images, int batchSize) throws DataException {
    if (images.size() < batchSize) {
      throw new DataException(
          "%s: a batch of %d needs at least as many images to train on: there are %d"
              .formatted(images.root(), batchSize, images.size()));
    }
    return images.size() / batchSize;
  }

  /**
   * The next batch; waits for it if need be. It is valid until the next call, which frees it.
   *
   * @throws IOException if too many images are unreadable
   */
  public Batch next() throws IOException, InterruptedException {
    long start = System.nanoTime();
    int place = awaitFilled();
    Batch batch = new Batch(ring.get(place).groups());
    lock.lock();
    try {
      waitedNanos += System.nanoTime() - start;
    } finally {
      lock.unlock();
    }
    return batch;
  }

  /** Frees the batch in use; waits for the next one and gives its place in the ring. */
  private int awaitFilled() throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      if (free < current) {
        ring.get((int) (free % ring.size())).release();
      }
      free = current;
      orders.keySet().removeIf(epoch -> epoch < free / batchesPerEpoch);
      released.signalAll();
      int place = (int) (current % ring.size());
      while (missing[place] > 0 && failure == null && !closed) {
        filled.await();
      }
      if (failure instanceof IOException e) {
        throw new DataException(String.valueOf(e.getMessage()));
      }
      if (failure != null) {
        throw new IllegalStateException("a loader thread failed", failure);
      }
      if (closed) {
        throw new IllegalStateException("the loader is closed");
      }
      missing[place] = batchSize;
      current++;
      return place;
    } finally {
      lock.unlock();
    }
  }

  /** Time that {@link #next} has waited in all, nanoseconds. */
  public long waitedNanos() {
    lock.lock();
    try {
      return waitedNanos;
    } finally {
      lock.unlock();
    }
  }

  private void load() {
    ImageFiles files = new ImageFiles(limits);
    try {
      while (true) {
        long slot;
        int[] order;
        lock.lock();
        try {
          while (!closed && failure == null && nextImage / batchSize >= free + ring.size()) {
            released.await();
          }
          if (closed || failure != null) {
            return;
          }
          slot = nextImage++;
          order =
              orders.computeIfAbsent(
                  slot / batchSize / batchesPerEpoch,
                  epoch -> CounterRandom.permutation(images.size(), seed, Purpose.SHUFFLE, epoch));
        } finally {
          lock.unlock();
        }
        fill(files, slot, order);
        lock.lock();
        try {
          if (--missing[(int) (slot / batchSize % ring.size())] == 0) {
            filled.signalAll();
          }
        } finally {
          lock.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) { // whatever it is, next() must not wait for ever
      lock.lock();
      try {
        failure = e;
        filled.signalAll();
        released.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private void fill(ImageFiles files, long slot, int[] order) throws IOException {
    long epoch = slot / batchSize / batchesPerEpoch;
    int place = (int) (slot - epoch * batchesPerEpoch * batchSize); // in the epoch's order
    BatchMemory batch = ring.get((int) (slot / batchSize % ring.size()));
    int slotInBatch = (int) (slot % batchSize);
    for (int tried = 0; tried < order.length; tried++) {
      int index = order[(place + tried) % order.length];
      Sample sample = images.samples().get(index);
      int scale = augmentation.scale(seed, epoch, index);
      try (RgbImage image = files.read(images, sample, scale)) {
        BatchMemory.Use use = new BatchMemory.Use(seed, epoch, index, scale);
        ObjectBoxes objects = images.boxes();
        List<Box> boxes = objects == null ? List.of() : objects.of(index, image.originalSize());
        batch.fill(slotInBatch, image, sample.classIndex(), boxes, use);
        return;
      } catch (ImageRejectedException | IOException e) {
        unreadable.report(sample.path(), String.valueOf(e.getMessage()));
      }
    }
    throw new DataException(images.root() + ": no image could be read");
  }

  /** Ends the threads; batches given out are no longer valid. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      released.signalAll();
      filled.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * A mini-batch, in memory that the loader reuses.
   *
   * @param groups the images by size, all of the batch together: crops are one group; of whole
   *     images there may be several of one size
   */
  public record Batch(List<Group> groups) {
    public Batch {
      groups = List.copyOf(groups);
    }
  }

  /**
   * Images of one size.
   *
   * @param pixels (n, H, W, 3)
   * @param labels class indices, (n), direct
   * @param colourShift what is added to red, green and blue of each image, in units of pixel values
   *     0..255, (n, 3), direct; null if colours are not shifted
   * @param boxes of one object of the image's class in each crop: centre x, centre y, width and
   *     height as fractions of the crop's side, from its top left, in (n, 4), direct; a box may
   *     stick out of the crop; null if the images have no boxes
   */
  public record Group(
      PixelBatch pixels,
      LongBuffer labels,
      @Nullable FloatBuffer colourShift,
      @Nullable FloatBuffer boxes) {}
}
