package vggstream.classify;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.model.DenseModel;
import vggstream.model.DenseOutputs;
import vggstream.model.Output;
import vggstream.model.OutputMemory;
import vggstream.tensor.PixelBatch;

/**
 * Runs networks over whole images at their scales (paper, section 3.2): views of one size together,
 * across images and scales, all networks on the same pixels.
 *
 * <p>Not thread-safe: it reuses its memory from call to call. Does not own the networks.
 */
public final class DenseRuns {

  /** Takes what the networks say of a view. */
  @FunctionalInterface
  public interface Receiver {
    /**
     * @param image its index
     * @param slot of the view in the batch, or its first of two
     * @param outputs of each network, for the whole batch; not valid after this returns
     */
    void accept(int image, ScaledView view, int slot, List<DenseOutputs> outputs);
  }

  /** A view and the image it is of, by its index. */
  private record Part(int image, ScaledView view) {}

  private final List<DenseModel> models;
  private final List<OutputMemory> memories; // by model
  private final int partSlots;
  private final int maxBatch;
  private final RescaleLimit limit;
  private ByteBuffer memory = ByteBuffer.allocateDirect(0);

  /**
   * @param wanted of each network, what it is asked for
   * @param maxBatch views in one run, at least 1, or 2 where the protocol flips; fewer are run
   *     together where they have more pixels than one view may have
   * @throws IllegalArgumentException if a rule is broken
   */
  public DenseRuns(
      List<DenseModel> models,
      List<Set<Output>> wanted,
      Protocol protocol,
      int maxBatch,
      RescaleLimit limit) {
    this.models = List.copyOf(models);
    this.memories = new ArrayList<>(this.models.size());
    for (int m = 0; m < this.models.size(); m++) {
      memories.add(new OutputMemory(this.models.get(m).card(), wanted.get(m)));
    }
    this.partSlots = protocol.flip() ? 2 : 1;
    this.maxBatch = maxBatch;
    this.limit = limit;
    if (maxBatch < partSlots) {
      throw new IllegalArgumentException(
          "maxBatch must be at least %d with flip %s: was %d"
              .formatted(partSlots, protocol.flip(), maxBatch));
    }
  }

  /**
   * Runs the images, which stay open.
   *
   * @param views of each image: its scales
   * @throws vggstream.model.ModelException if a network fails
   */
  public void run(List<RgbImage> images, List<List<ScaledView>> views, Receiver receiver) {
    Map<Size, List<Part>> bySize = new LinkedHashMap<>();
    for (int i = 0; i < images.size(); i++) {
      for (ScaledView view : views.get(i)) {
        bySize.computeIfAbsent(view.size(), s -> new ArrayList<>()).add(new Part(i, view));
      }
    }
    bySize.forEach(
        (size, parts) -> {
          long slots = Math.min(maxBatch, Math.max(partSlots, limit.maxPixels() / size.pixels()));
          int together = (int) slots / partSlots;
          for (int from = 0; from < parts.size(); from += together) {
            int to = Math.min(parts.size(), from + together);
            runTogether(images, parts.subList(from, to), size, receiver);
          }
        });
  }

  /** Runs the parts, all of one size, as one batch. */
  private void runTogether(List<RgbImage> images, List<Part> parts, Size size, Receiver receiver) {
    int slots = parts.stream().mapToInt(p -> p.view().slots()).sum();
    PixelBatch batch = batch(slots, size); // (N, H, W, 3)
    int slot = 0;
    for (Part part : parts) {
      part.view().write(images.get(part.image()), batch, slot);
      slot += part.view().slots();
    }
    List<DenseOutputs> outputs = new ArrayList<>(models.size());
    for (int m = 0; m < models.size(); m++) {
      DenseOutputs ofModel = memories.get(m).outputs(slots, size.height(), size.width());
      models.get(m).run(batch, ofModel);
      outputs.add(ofModel);
    }
    slot = 0;
    for (Part part : parts) {
      receiver.accept(part.image(), part.view(), slot, outputs);
      slot += part.view().slots();
    }
  }

  private PixelBatch batch(int slots, Size size) {
    int bytes = Math.toIntExact(PixelBatch.bytes(slots, size.height(), size.width()));
    if (memory.capacity() < bytes) {
      memory = ByteBuffer.allocateDirect(bytes);
    }
    return new PixelBatch(memory, slots, size.height(), size.width());
  }
}
