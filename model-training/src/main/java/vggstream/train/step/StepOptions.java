package vggstream.train.step;

import java.util.List;
import vggstream.model.Device;
import vggstream.train.network.GradientStyle;

/**
 * How steps are run.
 *
 * @param threads of each replica on the processor, at least 1; a run repeats bit for bit with the
 *     same number
 * @param devices of the replicas that share a batch, one entry each, at least one: cpu or cuda:N;
 *     parameters lie on the first
 * @param microBatch most images in one pass, which bounds the memory of activations; 0: as many as
 *     the batch has for a replica, rounded up
 * @param gradientStyle operators of the backward pass
 * @param colourShift whether each image has an RGB shift of its own (Krizhevsky et al. 2012)
 * @param wholeImages whether images may be larger than the crop, with sides that are multiples of
 *     32 (paper, section 3.3); takes the styles TRAINING_OPERATORS and IMAGE_MAJOR
 */
public record StepOptions(
    int threads,
    List<Device> devices,
    int microBatch,
    GradientStyle gradientStyle,
    boolean colourShift,
    boolean wholeImages) {
  public StepOptions {
    devices = List.copyOf(devices);
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1: was " + threads);
    }
    if (devices.isEmpty()) {
      throw new IllegalArgumentException("devices must be at least one: were none");
    }
    if (microBatch < 0) {
      throw new IllegalArgumentException("micro-batch must be at least 0: was " + microBatch);
    }
    if (wholeImages
        && gradientStyle != GradientStyle.TRAINING_OPERATORS
        && gradientStyle != GradientStyle.IMAGE_MAJOR) {
      throw new IllegalArgumentException(
          "gradient style of whole images must be TRAINING_OPERATORS or IMAGE_MAJOR: was "
              + gradientStyle);
    }
  }

  /** Steps on the processor, the whole batch in one pass. */
  public static StepOptions cpu(int threads) {
    return new StepOptions(
        threads, List.of(new Device.Cpu()), 0, GradientStyle.TRAINING_OPERATORS, false, false);
  }

  public StepOptions withDevices(List<Device> replicas) {
    return new StepOptions(threads, replicas, microBatch, gradientStyle, colourShift, wholeImages);
  }

  public StepOptions withMicroBatch(int images) {
    return new StepOptions(threads, devices, images, gradientStyle, colourShift, wholeImages);
  }

  public StepOptions withGradientStyle(GradientStyle style) {
    return new StepOptions(threads, devices, microBatch, style, colourShift, wholeImages);
  }

  public StepOptions withColourShift(boolean on) {
    return new StepOptions(threads, devices, microBatch, gradientStyle, on, wholeImages);
  }

  public StepOptions withWholeImages(boolean on) {
    return new StepOptions(threads, devices, microBatch, gradientStyle, colourShift, on);
  }
}
