package vggstream.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vggstream.image.ImageRejectedException;
import vggstream.image.Size;
import vggstream.model.ModelCard;

class ProtocolTest {
  private static ModelCard card(int crop, int min, int max) {
    List<Float> three = List.of(1f, 1f, 1f);
    return new ModelCard(
        "m",
        "1",
        "VGG-D",
        ModelCard.Task.CLASSIFY,
        List.of("a"),
        three,
        three,
        min,
        max,
        crop,
        32,
        1,
        "none");
  }

  @ParameterizedTest
  @CsvSource({
    "224, 256, 256, '224,256,288'", // paper, section 4.2: fixed S
    "224, 384, 384, '352,384,416'",
    "224, 256, 512, '256,384,512'", // jittered S
    "224, 224, 224, '224,256'", // below the crop: dropped
    "32, 40, 40, '35,40,45'", // d = round(32 / 7) = 5
    "32, 32, 33, '32,33'", // the middle coincides with the smallest
  })
  void severalScalesFollowThePaper(int crop, int min, int max, String scales) {
    assertEquals(
        "[" + scales.replace(",", ", ") + "]",
        Protocol.multiScale(card(crop, min, max), true).scales().toString());
  }

  @Test
  void singleScaleIsTheMiddleOfTheTrainingScales() {
    assertEquals(List.of(256), Protocol.singleScale(card(224, 256, 256), true).scales());
    assertEquals(List.of(384), Protocol.singleScale(card(224, 256, 512), true).scales());
  }

  @Test
  void scalesAreSortedAndMustBeDistinctAndPositive() {
    assertEquals(List.of(256, 384), new Protocol(List.of(384, 256), false).scales());
    assertThrows(IllegalArgumentException.class, () -> new Protocol(List.of(), true));
    assertThrows(IllegalArgumentException.class, () -> new Protocol(List.of(0, 256), true));
    assertThrows(IllegalArgumentException.class, () -> new Protocol(List.of(256, 256), true));
  }

  @Test
  void scaleBelowTheCropDoesNotFit() {
    Protocol protocol = new Protocol(List.of(223, 256), true);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> protocol.requireFits(card(224, 256, 256)));
    assertEquals("scales must be at least the crop side 224 of m: were [223, 256]", e.getMessage());
  }

  @Test
  void viewsHaveTheirRescaledSizes() throws ImageRejectedException {
    List<ScaledView> views =
        new Protocol(List.of(256, 384), true).views(new Size(500, 375), RescaleLimit.DEFAULT);
    assertEquals(
        List.of(
            new ScaledView(256, new Size(341, 256), true),
            new ScaledView(384, new Size(512, 384), true)),
        views);
    assertEquals(2, views.get(0).slots());
    assertEquals(1, new ScaledView(256, new Size(341, 256), false).slots());
  }

  @Test
  void imageThatWouldBecomeTooLargeIsRejectedWithRuleAndValue() {
    Protocol protocol = new Protocol(List.of(256), true);
    ImageRejectedException e =
        assertThrows(
            ImageRejectedException.class,
            () -> protocol.views(new Size(1, 1000), RescaleLimit.DEFAULT));
    assertEquals(ImageRejectedException.Reason.TOO_LARGE, e.reason());
    assertEquals(
        "an image rescaled to smaller side 256 must have at most 4000000 pixels: 1x1000 becomes 256 by 256000",
        e.getMessage());
  }

  @Test
  void longestImageTheDecoderAcceptsIsRejectedToo() {
    Protocol protocol = new Protocol(List.of(512), true);
    Size longest = new Size(50_000_000, 1);
    assertThrows(ImageRejectedException.class, () -> protocol.views(longest, RescaleLimit.DEFAULT));
  }

  @Test
  void limitItselfIsAllowed() throws ImageRejectedException {
    Protocol protocol = new Protocol(List.of(100), false);
    Size image = new Size(50, 200);
    assertEquals(1, protocol.views(image, new RescaleLimit(40_000)).size());
    assertThrows(
        ImageRejectedException.class, () -> protocol.views(image, new RescaleLimit(39_999)));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> new RescaleLimit(0))
            .getMessage()
            .contains("was 0"));
  }
}
