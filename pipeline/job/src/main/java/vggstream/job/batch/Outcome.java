package vggstream.job.batch;

import java.util.List;
import vggstream.image.ImageFormat;
import vggstream.image.Size;
import vggstream.localise.LocatedClass;

/** What became of an image. */
public sealed interface Outcome {

  /**
   * It was classified, and localised where there is a localiser.
   *
   * @param posterior mean over views, (K), sums to 1
   * @param boxes of the most probable classes, in their order, within the original; empty without a
   *     localiser
   * @param originalSize of the upright original
   * @param format of the encoded image
   * @param timings how long it took
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Classified(
      double[] posterior,
      List<LocatedClass> boxes,
      Size originalSize,
      ImageFormat format,
      Timings timings)
      implements Outcome {}

  /**
   * It has features: what was asked for in place of classes.
   *
   * @param features mean over views of the network's features, (F)
   * @param originalSize of the upright original
   * @param format of the encoded image
   * @param timings how long it took
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Embedded(float[] features, Size originalSize, ImageFormat format, Timings timings)
      implements Outcome {}

  /**
   * It cannot be classified, now or later.
   *
   * @param stage that gave up
   * @param reason name of an {@link vggstream.image.ImageRejectedException.Reason} or a {@link
   *     FailureReason}
   * @param message for people: the rule and the value
   */
  record Rejected(Stage stage, String reason, String message) implements Outcome {}

  /**
   * The process cannot go on: a native library is missing, memory is exhausted, or the batcher was
   * closed. The image may be fine.
   */
  record Broken(Throwable cause) implements Outcome {}
}
