package vggstream.job.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import vggstream.classify.Protocol;
import vggstream.classify.RescaleLimit;
import vggstream.classify.ScaledView;
import vggstream.image.ImageRejectedException;
import vggstream.image.Size;

class ViewMakerTest {
  private static final Protocol PROTOCOL = new Protocol(List.of(240, 384), true);

  private static List<Size> sizes(int multiple, long maxPixels, Size original)
      throws ImageRejectedException {
    return new ViewMaker(PROTOCOL, new RescaleLimit(maxPixels), multiple, 224)
        .views(original).stream().map(ScaledView::size).toList();
  }

  @Test
  void sizesAreThePapersUnlessRounded() throws Exception {
    assertEquals(
        List.of(new Size(343, 240), new Size(549, 384)), sizes(1, 1_000_000, new Size(1000, 700)));
  }

  @Test
  void sidesAreRoundedToTheNearestMultiple() throws Exception {
    assertEquals(
        List.of(new Size(352, 256), new Size(544, 384)), sizes(32, 1_000_000, new Size(1000, 700)));
    assertEquals(
        sizes(32, 1_000_000, new Size(1000, 700)), sizes(32, 1_000_000, new Size(1010, 700)));
  }

  @Test
  void roundingGoesNoLowerThanTheNetworksTake() throws Exception {
    ViewMaker views =
        new ViewMaker(new Protocol(List.of(225), false), RescaleLimit.DEFAULT, 64, 225);
    assertEquals(new Size(256, 256), views.views(new Size(50, 50)).get(0).size());
  }

  @Test
  void sizeThatRoundingWouldMakeTooLargeStays() throws Exception {
    assertEquals(
        List.of(new Size(320, 256), new Size(549, 384)), sizes(64, 212_000, new Size(1000, 700)));
  }

  @Test
  void multipleMustBePositive() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new ViewMaker(PROTOCOL, RescaleLimit.DEFAULT, 0, 224));
  }
}
