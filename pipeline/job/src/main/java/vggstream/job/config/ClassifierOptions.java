package vggstream.job.config;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import vggstream.image.Size;
import vggstream.model.Device;

/**
 * Which model answers, and how it is run.
 *
 * @param modelFiles paths on every TaskManager, at least one; the posteriors of several are
 *     averaged
 * @param localiserFile path of the network that gives boxes, on every TaskManager; null: none, or
 *     the model gives them itself
 * @param scales smaller sides Q in pixels; empty: the paper's several scales for the model
 * @param flip whether mirror images are classified too
 * @param topK classes in a prediction
 * @param devices cpu, auto, or cuda:N, of which there may be several; at least one
 * @param batchSize most images of a run
 * @param batchLinger how long an image may wait for others
 * @param batchPixels most pixels of a run
 * @param batchMemory direct bytes of all batches of a process
 * @param sizeMultiple sides of rescaled images are rounded to multiples of it; 1: not at all
 * @param warmUp whether the networks are run before the first image
 * @param warmUpSizes of images, for which they are; empty: what came last, or squares
 * @param inferenceConcurrency runs at a time in a process and on a device; 0: as the device needs
 * @param inferenceThreads processor threads of a run; 0: cores / runs at a time
 * @param decodeThreads decoding threads of a process; 0: as many as cores
 * @param maxImageBytes largest encoded image
 * @param maxImagePixels most pixels of an original
 * @param maxRescaledPixels most pixels of an image at a scale
 * @param embedding whether images are answered by the network's features instead of classes
 */
public record ClassifierOptions(
    List<String> modelFiles,
    @Nullable String localiserFile,
    List<Integer> scales,
    boolean flip,
    int topK,
    List<String> devices,
    int batchSize,
    Duration batchLinger,
    long batchPixels,
    long batchMemory,
    int sizeMultiple,
    boolean warmUp,
    List<Size> warmUpSizes,
    int inferenceConcurrency,
    int inferenceThreads,
    int decodeThreads,
    int maxImageBytes,
    long maxImagePixels,
    long maxRescaledPixels,
    boolean embedding)
    implements Serializable {

  /** Each run has its own activations, so many of a large network would take much memory. */
  private static final int MOST_RUNS = 4;

  public ClassifierOptions {
    modelFiles = List.copyOf(modelFiles);
    scales = List.copyOf(scales);
    devices = List.copyOf(devices);
    warmUpSizes = List.copyOf(warmUpSizes);
  }

  /**
   * Runs at a time on a device. By itself one on a GPU, which a run fills; on the processor as many
   * as the cores have room for, at most {@link #MOST_RUNS}: one a core unless runs are given more
   * threads, since runs of one thread each waste nothing on waiting for one another.
   *
   * @param cores of the machine
   */
  public int runsAtATime(Device device, int cores) {
    if (inferenceConcurrency > 0) {
      return inferenceConcurrency;
    }
    int room = cores / Math.max(1, inferenceThreads);
    return device instanceof Device.Cuda ? 1 : Math.max(1, Math.min(MOST_RUNS, room));
  }

  /** Processor threads of a run, where that is the device. */
  public int threadsOfARun(int cores) {
    int runs = runsAtATime(new Device.Cpu(), cores) * devices.size();
    return inferenceThreads > 0 ? inferenceThreads : Math.max(1, cores / runs);
  }

  /** The model file; the first of an ensemble's. */
  public String modelFile() {
    return modelFiles.get(0);
  }

  /** The device; the first of several. */
  public String device() {
    return devices.get(0);
  }

  /** The same for another model file. */
  public ClassifierOptions withModelFile(String file) {
    return new ClassifierOptions(
        List.of(file),
        localiserFile,
        scales,
        flip,
        topK,
        devices,
        batchSize,
        batchLinger,
        batchPixels,
        batchMemory,
        sizeMultiple,
        warmUp,
        warmUpSizes,
        inferenceConcurrency,
        inferenceThreads,
        decodeThreads,
        maxImageBytes,
        maxImagePixels,
        maxRescaledPixels,
        embedding);
  }

  /** The same, answered by features instead of classes. */
  public ClassifierOptions withEmbedding() {
    return new ClassifierOptions(
        modelFiles,
        localiserFile,
        scales,
        flip,
        topK,
        devices,
        batchSize,
        batchLinger,
        batchPixels,
        batchMemory,
        sizeMultiple,
        warmUp,
        warmUpSizes,
        inferenceConcurrency,
        inferenceThreads,
        decodeThreads,
        maxImageBytes,
        maxImagePixels,
        maxRescaledPixels,
        /* embedding= */ true);
  }

  /** Of values that were checked; classes, not features. */
  static ClassifierOptions of(Values v) {
    return new ClassifierOptions(
        v.get(JobOption.MODEL),
        v.find(JobOption.LOCALISER).orElse(null),
        v.find(JobOption.SCALES).orElse(List.of()),
        v.get(JobOption.FLIP),
        v.get(JobOption.TOP_K),
        v.get(JobOption.DEVICE),
        v.get(JobOption.BATCH_SIZE),
        v.get(JobOption.BATCH_LINGER),
        v.get(JobOption.BATCH_PIXELS),
        v.get(JobOption.BATCH_MEMORY),
        v.get(JobOption.SIZE_MULTIPLE),
        v.get(JobOption.WARM_UP),
        v.find(JobOption.WARM_UP_SIZES).orElse(List.of()),
        v.get(JobOption.INFERENCE_CONCURRENCY),
        v.get(JobOption.INFERENCE_THREADS),
        v.get(JobOption.DECODE_THREADS),
        v.bytes(JobOption.MAX_IMAGE_BYTES),
        v.get(JobOption.MAX_IMAGE_PIXELS),
        v.get(JobOption.MAX_RESCALED_PIXELS),
        /* embedding= */ false);
  }
}
