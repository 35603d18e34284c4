package vggstream.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RescaleTest {
  @Test
  void smallerSideBecomesQAndTheOtherIsRoundedToNearest() {
    assertEquals(new Size(341, 256), Rescale.toSmallerSide(new Size(640, 480), 256));
    assertEquals(new Size(256, 341), Rescale.toSmallerSide(new Size(480, 640), 256));
    assertEquals(new Size(2, 3), Rescale.toSmallerSide(new Size(4, 5), 2)); // 2.5, half up
  }
}
