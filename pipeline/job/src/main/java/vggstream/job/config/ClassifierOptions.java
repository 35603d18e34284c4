package vggstream.job.config;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which model answers, and how it is run.
 *
 * @param modelFile path on every TaskManager
 * @param localiserFile path of the network that gives boxes, on every TaskManager; null: none, or
 *     the model gives them itself
 * @param scales smaller sides Q in pixels; empty: the paper's several scales for the model
 * @param flip whether mirror images are classified too
 * @param topK classes in a prediction
 * @param device cpu, cuda:N or auto
 * @param batchSize most images of a run
 * @param batchLinger how long an image may wait for others
 * @param batchPixels most pixels of a run
 * @param batchMemory direct bytes of all batches of a process
 * @param inferenceConcurrency runs at a time in a process
 * @param inferenceThreads processor threads of a run; 0: cores / concurrency
 * @param decodeThreads decoding threads of a process; 0: as many as cores
 * @param maxImageBytes largest encoded image
 * @param maxImagePixels most pixels of an original
 * @param maxRescaledPixels most pixels of an image at a scale
 */
public record ClassifierOptions(
    String modelFile,
    @Nullable String localiserFile,
    List<Integer> scales,
    boolean flip,
    int topK,
    String device,
    int batchSize,
    Duration batchLinger,
    long batchPixels,
    long batchMemory,
    int inferenceConcurrency,
    int inferenceThreads,
    int decodeThreads,
    int maxImageBytes,
    long maxImagePixels,
    long maxRescaledPixels)
    implements Serializable {

  public ClassifierOptions {
    scales = List.copyOf(scales);
  }
}
