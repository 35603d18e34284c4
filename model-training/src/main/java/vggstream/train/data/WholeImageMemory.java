package vggstream.train.data;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.localise.Box;
import vggstream.tensor.PixelBatch;
import vggstream.train.data.BatchLoader.Group;

/**
 * Whole images of several sizes. Threads write them where there is room; once all are there, those
 * of one size are copied together, in the order of their slots, into memory that all batches of a
 * loader share. Groups stand in the order of their first images.
 */
final class WholeImageMemory extends BatchMemory {
  private final Image[] images; // by slot
  private final PixelArena arena = new PixelArena();
  private final Grouped grouped;

  private record Image(Size size, ByteBuffer pixels) {}

  /** Where the images of the batch in use lie, by size. */
  static final class Grouped {
    private final PixelArena arena = new PixelArena();
    private final LongBuffer labels; // (N)
    private final FloatBuffer colourShift; // (N, 3)

    Grouped(int size) {
      this.labels = longs(size);
      this.colourShift = floats(3 * size);
    }
  }

  WholeImageMemory(Augmentation augmentation, int size, Grouped grouped) {
    super(augmentation, size);
    this.images = new Image[size];
    this.grouped = grouped;
  }

  @Override
  void fillPixels(int slot, RgbImage image, List<Box> boxes, Use use)
      throws ImageRejectedException {
    Size whole = augmentation.wholeSize(image.originalSize(), use.scale());
    ByteBuffer pixels =
        arena.allocate(Math.toIntExact(PixelBatch.bytes(1, whole.height(), whole.width())));
    augmentation.writeWhole(image, whole, use.seed(), use.epoch(), use.index(), pixels);
    images[slot] = new Image(whole, pixels);
  }

  @Override
  List<Group> groups() {
    Map<Size, List<Integer>> slots = new LinkedHashMap<>();
    for (int slot = 0; slot < size; slot++) {
      slots.computeIfAbsent(images[slot].size(), s -> new ArrayList<>()).add(slot);
    }
    grouped.arena.reset();
    List<Group> groups = new ArrayList<>();
    int done = 0;
    for (Map.Entry<Size, List<Integer>> e : slots.entrySet()) {
      long bytes = PixelBatch.bytes(1, e.getKey().height(), e.getKey().width());
      int most = Math.toIntExact(Math.max(1, PixelArena.CHUNK / bytes));
      List<Integer> members = e.getValue();
      for (int from = 0; from < members.size(); from += most) {
        List<Integer> part = members.subList(from, Math.min(members.size(), from + most));
        groups.add(group(e.getKey(), part, done));
        done += part.size();
      }
    }
    return List.copyOf(groups);
  }

  private Group group(Size size, List<Integer> slots, int first) {
    int n = slots.size();
    ByteBuffer memory =
        grouped.arena.allocate(Math.toIntExact(PixelBatch.bytes(n, size.height(), size.width())));
    for (int i = 0; i < n; i++) {
      int slot = slots.get(i);
      memory.put(images[slot].pixels().duplicate());
      grouped.labels.put(first + i, labels.get(slot));
      for (int c = 0; c < 3 && colourShift != null; c++) {
        grouped.colourShift.put(3 * (first + i) + c, colourShift.get(3 * slot + c));
      }
    }
    @Nullable FloatBuffer shift =
        colourShift == null ? null : grouped.colourShift.slice(3 * first, 3 * n);
    return new Group(
        new PixelBatch(memory.flip(), n, size.height(), size.width()),
        grouped.labels.slice(first, n),
        shift,
        null);
  }

  @Override
  void release() {
    arena.reset();
  }
}
