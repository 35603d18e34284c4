package vggstream.job.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import vggstream.localise.WindowRatings;
import vggstream.model.DenseModel;
import vggstream.model.DenseOutputs;
import vggstream.model.ModelMemoryException;
import vggstream.model.OutputMemory;
import vggstream.tensor.PixelBatch;

/**
 * One thread's runs of the networks over batches, one batch at a time, in memory that is grown once
 * and reused.
 */
final class NetworkRun implements AutoCloseable {

  /**
   * What the networks said of a batch; valid until the next run.
   *
   * @param classes of each classifier
   * @param boxes of each localiser, perhaps the same objects; empty without one
   * @param ratings the thread's working memory
   */
  record Said(List<DenseOutputs> classes, List<DenseOutputs> boxes, WindowRatings ratings) {}

  private final Networks networks;
  private final List<DenseModel> each;
  private final List<OutputMemory> memories = new ArrayList<>(); // by network
  private final WindowRatings ratings = new WindowRatings();

  NetworkRun(Networks networks) {
    this.networks = networks;
    this.each = networks.each();
    for (DenseModel model : each) {
      memories.add(new OutputMemory(model.card(), networks.askedOf(model)));
    }
  }

  /**
   * Runs the networks on the same pixels.
   *
   * @throws ModelMemoryException if memory does not suffice, for a run or for what it says
   * @throws vggstream.model.ModelException if one fails
   */
  Said run(PixelBatch pixels) {
    List<DenseOutputs> said = new ArrayList<>(each.size());
    for (int m = 0; m < each.size(); m++) {
      DenseOutputs outputs = outputs(memories.get(m), pixels);
      each.get(m).run(pixels, outputs);
      said.add(outputs);
    }
    return new Said(of(networks.classifiers(), said), of(networks.localisers(), said), ratings);
  }

  private static DenseOutputs outputs(OutputMemory memory, PixelBatch pixels) {
    try {
      return memory.outputs(pixels.count(), pixels.height(), pixels.width());
    } catch (OutOfMemoryError e) {
      String message = String.valueOf(e.getMessage());
      if (message.toLowerCase(Locale.ROOT).contains("direct buffer")) {
        throw new ModelMemoryException(message, e); // less is needed for a smaller batch
      }
      throw e;
    }
  }

  private List<DenseOutputs> of(List<DenseModel> models, List<DenseOutputs> said) {
    List<DenseOutputs> some = new ArrayList<>(models.size());
    for (DenseModel model : models) {
      for (int m = 0; m < each.size(); m++) {
        if (each.get(m) == model) {
          some.add(said.get(m));
          break;
        }
      }
    }
    return some;
  }

  /** Gives the memory back; what the networks said is not valid any more. */
  @Override
  public void close() {
    memories.forEach(OutputMemory::close);
  }

  /**
   * Runs the networks on a small black image, to see whether they still run at all.
   *
   * @throws RuntimeException if they do not
   */
  void probe() {
    int side = networks.smallestSide();
    run(PixelBatch.allocate(1, side, side));
  }
}
