package vggstream.train;

import java.util.Arrays;
import java.util.List;
import vggstream.classify.Cropping;
import vggstream.classify.Protocol;
import vggstream.model.ModelCard;

/** The scales Q to test at: the paper's one or several for each network, or given ones. */
sealed interface TestScales {
  /** Q = S, or the middle of its range (section 4.1). */
  record Single() implements TestScales {}

  /** Around S, or over its range (section 4.2). */
  record Several() implements TestScales {}

  /**
   * The same for every network.
   *
   * @param scales at least one
   */
  record Given(List<Integer> scales) implements TestScales {}

  /**
   * Reads {@code single}, {@code several} or a list such as {@code 256,384}.
   *
   * @throws IllegalArgumentException if it is none of them
   */
  static TestScales parse(String text) {
    return switch (text) {
      case "single" -> new Single();
      case "several" -> new Several();
      default -> {
        try {
          yield new Given(
              Arrays.stream(text.split(",", -1)).map(String::strip).map(Integer::valueOf).toList());
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException(
              "scales must be single, several, or pixels such as 256,384: were " + text, e);
        }
      }
    };
  }

  /** The protocol for a network. */
  default Protocol protocol(ModelCard card, Cropping cropping, boolean flip) {
    if (this instanceof Given given) {
      return new Protocol(cropping, given.scales(), flip);
    }
    Protocol dense =
        this instanceof Several
            ? Protocol.multiScale(card, flip)
            : Protocol.singleScale(card, flip);
    return new Protocol(cropping, dense.scales(), flip);
  }
}
