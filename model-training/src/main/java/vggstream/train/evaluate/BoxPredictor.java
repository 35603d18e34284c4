package vggstream.train.evaluate;

import java.util.List;
import java.util.stream.IntStream;
import vggstream.classify.RankedClass;
import vggstream.classify.TopK;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;
import vggstream.localise.Box;
import vggstream.localise.CenterLocaliser;
import vggstream.localise.DenseLocaliser;
import vggstream.localise.LocatedClass;

/** From images to boxes. */
@FunctionalInterface
public interface BoxPredictor {
  /** Classes whose boxes count in ILSVRC's localisation error. */
  int TOP = 5;

  /**
   * The predictions for the images in their order; the images stay the caller's.
   *
   * @param truths the true class of each, given for {@link LocatedPrediction#ofTruth} alone
   * @throws ImageRejectedException if one of them cannot be evaluated
   */
  List<LocatedPrediction> predict(List<RgbImage> images, List<Integer> truths)
      throws ImageRejectedException;

  /** The first protocol (appendix A): the central crop, and the true class only. */
  static BoxPredictor center(CenterLocaliser localiser) {
    return (images, truths) ->
        localiser.boxes(images, truths).stream()
            .map(box -> new LocatedPrediction(box, null, List.of(), List.of()))
            .toList();
  }

  /**
   * The second protocol (appendix A): dense, with merged boxes of the five most probable classes.
   *
   * @param labels of the networks
   */
  static BoxPredictor dense(DenseLocaliser localiser, List<String> labels) {
    return (images, truths) -> {
      var said = localiser.localise(images);
      return IntStream.range(0, images.size())
          .mapToObj(
              i -> {
                List<RankedClass> ranked = TopK.of(said.get(i).posterior(), labels, TOP);
                return new LocatedPrediction(
                    said.get(i).box(truths.get(i)).map(LocatedClass::box).orElse(null),
                    said.get(i).bestWindow(truths.get(i)).map(LocatedClass::box).orElse(null),
                    ranked,
                    said.get(i).boxes(ranked).stream().map(BoxPredictor::asInRecords).toList());
              })
          .toList();
    };
  }

  /** The box in the precision of the stream's records, so that both are judged alike. */
  private static LocatedClass asInRecords(LocatedClass located) {
    Box box = located.box();
    return new LocatedClass(
        located.classIndex(),
        new Box((float) box.xMin(), (float) box.yMin(), (float) box.xMax(), (float) box.yMax()),
        located.score());
  }
}
