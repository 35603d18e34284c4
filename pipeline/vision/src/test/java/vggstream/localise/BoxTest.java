package vggstream.localise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vggstream.image.Size;
import vggstream.image.Window;

class BoxTest {
  private static final Box BOX = new Box(10, 20, 30, 60);

  @ParameterizedTest
  @CsvSource({
    "10,20,30,60, 1", // itself
    "10,20,30,40, 0.5", // nested: its upper half
    "20,20,40,60, 0.3333333333333333",
    "30,20,50,60, 0", // they touch
    "31,61,50,70, 0",
    "30,60,10,20, 0", // empty
    "12,30,12,50, 0", // a line
  })
  void intersectionOverUnion(double xMin, double yMin, double xMax, double yMax, double iou) {
    Box other = new Box(xMin, yMin, xMax, yMax);
    assertEquals(iou, BOX.iou(other), 1e-15);
    assertEquals(iou, other.iou(BOX), 1e-15);
  }

  @Test
  void emptyBoxesShareNothing() {
    Box point = new Box(5, 5, 5, 5);
    assertEquals(0, point.iou(point));
    assertEquals(0, new Box(7, 7, 5, 9).area());
  }

  @Test
  void clampedBoxLiesWithinTheImage() {
    Size image = new Size(25, 50);
    assertEquals(new Box(10, 20, 25, 50), BOX.clamp(image));
    assertEquals(new Box(0, 0, 25, 50), new Box(-5, -1e9, 26, 1e9).clamp(image));
    assertEquals(0, new Box(30, 60, 70, 80).clamp(image).area());
    assertTrue(new Box(-9, 3, -5, 4).clamp(image).isWithin(image));
    assertFalse(BOX.isWithin(image));
  }

  @Test
  void mirroredTwiceIsTheSame() {
    assertEquals(new Box(70, 20, 90, 60), BOX.mirrored(100));
    assertEquals(BOX, BOX.mirrored(100).mirrored(100));
  }

  @Test
  void wholeImageStaysWholeWhenRescaled() {
    Size from = new Size(333, 500);
    Size to = new Size(256, 384);
    Box rescaled = Box.whole(from).rescaled(from, to);
    assertEquals(1, rescaled.iou(Box.whole(to)), 1e-12);
    assertEquals(new Box(20, 10, 60, 30), BOX.scaled(2, 0.5));
  }

  @Test
  void edgesMustBeFinite() {
    assertThrows(IllegalArgumentException.class, () -> new Box(0, 0, Double.NaN, 1));
    assertThrows(IllegalArgumentException.class, () -> new Box(Double.NEGATIVE_INFINITY, 0, 1, 1));
  }

  @Test
  void boxRelativeToAWindowIsTheSameBoxInTheImage() {
    Window window = Window.square(16, 8, 32);
    WindowBox relative = WindowBox.of(BOX, window);
    assertEquals(new WindowBox(4 / 32.0, 1, 20 / 32.0, 40 / 32.0), relative);
    assertEquals(BOX, relative.in(window));
  }

  @Test
  void predictedBoxOfNegativeWidthHasNone() {
    Box box = new WindowBox(0.5, 0.5, -0.1, 0.25).in(Window.square(0, 0, 8));
    assertEquals(new Box(4, 3, 4, 5), box);
  }

  @Test
  void predictedBoxMustBeFinite() {
    WindowBox broken = new WindowBox(0.5, Float.POSITIVE_INFINITY, 1, 1);
    assertThrows(NotFiniteException.class, () -> broken.in(Window.square(0, 0, 8)));
  }
}
