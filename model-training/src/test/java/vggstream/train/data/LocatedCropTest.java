package vggstream.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import vggstream.image.Size;
import vggstream.image.Window;
import vggstream.localise.Box;

class LocatedCropTest {
  private static final Window WINDOW = Window.square(10, 20, 40);

  private static double[] written(Box box, boolean mirrored) {
    FloatBuffer target = FloatBuffer.allocate(5);
    new LocatedCrop(WINDOW, box).write(mirrored, target, 1);
    return new double[] {target.get(1), target.get(2), target.get(3), target.get(4)};
  }

  @Test
  void targetsAreFractionsOfTheCropsSideFromItsTopLeft() {
    double[] target = written(new Box(20, 20, 40, 60), false);
    assertEquals(0.5, target[0], 1e-6);
    assertEquals(0.5, target[1], 1e-6);
    assertEquals(0.5, target[2], 1e-6);
    assertEquals(1.0, target[3], 1e-6);
    target = written(new Box(0, 30, 20, 40), false);
    assertEquals(0, target[0], 1e-6, "sticks out by half of its width");
    assertEquals(0.375, target[1], 1e-6);
  }

  @Test
  void aMirroredCropHasAMirroredBox() {
    double[] target = written(new Box(10, 30, 20, 40), true);
    assertEquals(1 - 0.125, target[0], 1e-6);
    assertEquals(0.375, target[1], 1e-6);
    assertEquals(0.25, target[2], 1e-6);
  }

  @Test
  void theShareIsOfWhatACropCanHoldAtBest() {
    assertEquals(1, LocatedCrop.share(WINDOW, new Box(10, 20, 50, 60)), 1e-9);
    assertEquals(0.5, LocatedCrop.share(WINDOW, new Box(0, 20, 20, 40)), 1e-9);
    assertEquals(0, LocatedCrop.share(WINDOW, new Box(60, 20, 70, 30)), 1e-9);
    assertEquals(1, LocatedCrop.share(WINDOW, new Box(0, 0, 200, 200)), 1e-9, "larger than it");
    assertEquals(0.5, LocatedCrop.share(WINDOW, new Box(30, 0, 200, 200)), 1e-9);
  }

  @Test
  void everyCropHoldsEnoughOfItsObject() {
    Size image = new Size(300, 64);
    List<Box> boxes = List.of(new Box(0, 0, 20, 20), new Box(270, 10, 300, 64));
    Set<Box> seen = new HashSet<>();
    Set<Window> windows = new HashSet<>();
    for (int index = 0; index < 500; index++) {
      LocatedCrop crop = LocatedCrop.draw(image, boxes, 64, 1, 0, index);
      assertTrue(crop.window().isWithin(image));
      assertTrue(LocatedCrop.share(crop.window(), crop.box()) >= LocatedCrop.LEAST_SHARE);
      seen.add(crop.box());
      windows.add(crop.window());
    }
    assertEquals(Set.copyOf(boxes), seen, "each object has its turn");
    assertTrue(windows.size() > 20, windows.toString());
  }

  @Test
  void bothObjectsOfACropAreDrawn() {
    List<Box> boxes = List.of(new Box(0, 0, 60, 60), new Box(4, 4, 64, 64));
    Set<Box> seen = new HashSet<>();
    for (int epoch = 0; epoch < 20; epoch++) {
      seen.add(LocatedCrop.draw(new Size(64, 64), boxes, 64, 1, epoch, 0).box());
    }
    assertEquals(Set.copyOf(boxes), seen);
  }

  @Test
  void anObjectThatNoDrawFindsIsPutInTheMiddle() {
    Box tiny = new Box(5000, 3, 5001, 4);
    LocatedCrop crop = LocatedCrop.draw(new Size(1_000_000, 64), List.of(tiny), 64, 1, 0, 0);
    assertEquals(Window.square(4969, 0, 64), crop.window());
    Box corner = new Box(0, 0, 2, 2);
    crop = LocatedCrop.draw(new Size(1_000_000, 64), List.of(corner), 64, 1, 0, 0);
    assertEquals(Window.square(0, 0, 64), crop.window());
  }

  @Test
  void theDrawIsThatOfClassificationWhereItHoldsEnough() {
    Size image = new Size(80, 70);
    for (int index = 0; index < 50; index++) {
      Window window =
          LocatedCrop.draw(image, List.of(new Box(0, 0, 80, 70)), 64, 5, 2, index).window();
      assertEquals(CounterRandom.below(17, 5, CounterRandom.Purpose.CROP_X, 2, index), window.x());
      assertEquals(CounterRandom.below(7, 5, CounterRandom.Purpose.CROP_Y, 2, index), window.y());
    }
  }

  @Test
  void aDrawDependsOnSeedEpochAndImageAlone() {
    Size image = new Size(300, 64);
    List<Box> boxes = List.of(new Box(0, 0, 20, 20), new Box(270, 10, 300, 64));
    assertEquals(
        LocatedCrop.draw(image, boxes, 64, 7, 8, 9), LocatedCrop.draw(image, boxes, 64, 7, 8, 9));
  }
}
