package vggstream.train.data;

import static vggstream.train.data.CounterRandom.below;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import vggstream.image.Size;
import vggstream.image.Window;
import vggstream.localise.Box;
import vggstream.train.data.CounterRandom.Purpose;

/**
 * The crop of an image and the object in it that a localiser is trained on (paper, appendix A).
 *
 * <p>A crop is trained on if it holds enough of an object: at least half of the area that a crop
 * could hold of it at best, which for an object no larger than the crop is half of the object, and
 * for a larger one half of what a crop at its centre shows. With less, what is seen says little of
 * where the box ends; a rule by the object's area alone would refuse every crop of an object larger
 * than two crops.
 *
 * <p>Crops are drawn as for classification, and drawn again up to {@link #DRAWS} times in all until
 * one holds enough of some object; one of those of which it holds enough is drawn. If no draw does,
 * one of the objects is drawn, and the crop is the one that is nearest to its centre, which always
 * holds the most that a crop can hold. All draws are hashes of (seed, epoch, image).
 *
 * @param window the crop, of the rescaled image
 * @param box of the object, in pixels of the rescaled image; it may stick out of the crop
 */
record LocatedCrop(Window window, Box box) {
  /** Crops that are drawn before one is placed. */
  static final int DRAWS = 16;

  /** Least share of what a crop could hold of an object at best. */
  static final double LEAST_SHARE = 0.5;

  /**
   * Draws crop and object.
   *
   * @param rescaled size of the rescaled image; neither side is below the crop's
   * @param boxes of the objects, at least one, in pixels of the rescaled image
   * @param side of the crop, pixels
   */
  static LocatedCrop draw(
      Size rescaled, List<Box> boxes, int side, long seed, long epoch, long index) {
    int pick = below(Integer.MAX_VALUE, seed, Purpose.OBJECT, epoch, index);
    for (int draw = 0; draw < DRAWS; draw++) {
      Window window =
          Window.square(
              offset(rescaled.width() - side, seed, Purpose.CROP_X, epoch, index, draw),
              offset(rescaled.height() - side, seed, Purpose.CROP_Y, epoch, index, draw),
              side);
      List<Box> allowed = new ArrayList<>();
      for (Box box : boxes) {
        if (share(window, box) >= LEAST_SHARE) {
          allowed.add(box);
        }
      }
      if (!allowed.isEmpty()) {
        return new LocatedCrop(window, allowed.get(pick % allowed.size()));
      }
    }
    Box box = boxes.get(pick % boxes.size());
    return new LocatedCrop(
        Window.square(
            nearest((box.xMin() + box.xMax()) / 2, side, rescaled.width()),
            nearest((box.yMin() + box.yMax()) / 2, side, rescaled.height()),
            side),
        box);
  }

  /** The first draw is the one of classification. */
  private static int offset(
      int largest, long seed, Purpose first, long epoch, long index, int draw) {
    if (draw == 0) {
      return below(largest + 1, seed, first, epoch, index);
    }
    Purpose again = first == Purpose.CROP_X ? Purpose.CROP_X_AGAIN : Purpose.CROP_Y_AGAIN;
    return below(largest + 1, seed, again, epoch, index * DRAWS + draw);
  }

  private static int nearest(double centre, int side, int extent) {
    long start = Math.round(centre - side / 2.0);
    return (int) Math.max(0, Math.min(extent - side, start));
  }

  /** The area of a box in a window, as a share of the most that a window of its size can hold. */
  static double share(Window window, Box box) {
    double width =
        Math.min(box.xMax(), window.x() + window.width()) - Math.max(box.xMin(), window.x());
    double height =
        Math.min(box.yMax(), window.y() + window.height()) - Math.max(box.yMin(), window.y());
    double most =
        Math.min(box.xMax() - box.xMin(), window.width())
            * Math.min(box.yMax() - box.yMin(), window.height());
    return Math.max(0, width) * Math.max(0, height) / most;
  }

  /**
   * Writes what a localiser shall say of the crop: centre x, centre y, width and height of the box
   * as fractions of the crop's side, from its top left.
   *
   * @param mirrored whether left and right of the crop are exchanged
   * @param at place of the centre's x in the target
   */
  void write(boolean mirrored, FloatBuffer target, int at) {
    double side = window.width();
    double x = ((box.xMin() + box.xMax()) / 2 - window.x()) / side;
    target.put(at, (float) (mirrored ? 1 - x : x));
    target.put(at + 1, (float) (((box.yMin() + box.yMax()) / 2 - window.y()) / side));
    target.put(at + 2, (float) ((box.xMax() - box.xMin()) / side));
    target.put(at + 3, (float) ((box.yMax() - box.yMin()) / side));
  }
}
