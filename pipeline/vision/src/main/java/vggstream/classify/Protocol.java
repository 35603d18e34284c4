package vggstream.classify;

import java.util.ArrayList;
import java.util.List;
import vggstream.image.ImageRejectedException;
import vggstream.image.Rescale;
import vggstream.image.Size;
import vggstream.model.ModelCard;

/**
 * Test-time protocol (paper, section 3.2): what of an image is evaluated, the scales Q to which its
 * smaller side is brought, and whether mirror images are evaluated too.
 *
 * @param cropping the whole image, crops of it, or both
 * @param scales smaller sides Q in pixels, ascending, distinct, not empty
 * @param flip whether posteriors are averaged over image and mirror image; true where the cropping
 *     implies it
 */
public record Protocol(Cropping cropping, List<Integer> scales, boolean flip) {

  public Protocol {
    scales = scales.stream().sorted().toList();
    if (scales.isEmpty()
        || scales.get(0) < 1
        || scales.stream().distinct().count() < scales.size()) {
      throw new IllegalArgumentException(
          "scales must be distinct, positive and at least one: were " + scales);
    }
    if (cropping.impliesFlip() && !flip) {
      throw new IllegalArgumentException(
          "flip must be true with %s, of which mirror images are a part: was false"
              .formatted(cropping.title()));
    }
  }

  /** Dense evaluation. */
  public Protocol(List<Integer> scales, boolean flip) {
    this(Cropping.DENSE, scales, flip);
  }

  /** The same scales with another cropping; mirror images stay, or are added if it implies them. */
  public Protocol withCropping(Cropping other) {
    return new Protocol(other, scales, flip || other.impliesFlip());
  }

  /** Q at its largest. */
  public int largestScale() {
    return scales.get(scales.size() - 1);
  }

  /**
   * The paper's several scales for a network (section 4.2): {S-d, S, S+d} for a fixed training
   * scale S with d = round(crop / 7) (224: 32), without those below the crop; {Smin, (Smin+Smax)/2,
   * Smax} for a jittered one.
   */
  public static Protocol multiScale(ModelCard card, boolean flip) {
    int min = card.trainingScaleMin();
    int max = card.trainingScaleMax();
    if (min < max) {
      return new Protocol(List.of(min, (min + max) / 2, max).stream().distinct().toList(), flip);
    }
    int d = Math.max(1, Math.round(card.cropSide() / 7f));
    return new Protocol(
        List.of(min - d, min, min + d).stream().filter(q -> q >= card.cropSide()).toList(), flip);
  }

  /** The paper's single scale (section 4.1): Q = S, or (Smin + Smax) / 2. */
  public static Protocol singleScale(ModelCard card, boolean flip) {
    return new Protocol(List.of((card.trainingScaleMin() + card.trainingScaleMax()) / 2), flip);
  }

  /**
   * Checks that a network can be applied at every scale.
   *
   * @throws IllegalArgumentException if a scale is below its crop side
   */
  public void requireFits(ModelCard card) {
    if (scales.get(0) < card.cropSide()) {
      throw new IllegalArgumentException(
          "scales must be at least the crop side %d of %s: were %s"
              .formatted(card.cropSide(), card.name(), scales));
    }
  }

  /**
   * The image at its scales, by ascending scale. Their sizes follow from the upright original's
   * size, so that an image decoded at reduced scale has the same.
   *
   * @param original {@link vggstream.image.RgbImage#originalSize}
   * @throws ImageRejectedException if the image would become too large at one of the scales
   */
  public List<ScaledView> views(Size original, RescaleLimit limit) throws ImageRejectedException {
    List<ScaledView> views = new ArrayList<>(scales.size());
    for (int q : scales) {
      limit.require(original, q);
      views.add(new ScaledView(q, Rescale.toSmallerSide(original, q), flip));
    }
    return views;
  }
}
