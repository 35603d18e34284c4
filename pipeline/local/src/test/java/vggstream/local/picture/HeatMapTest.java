package vggstream.local.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import vggstream.image.Size;
import vggstream.model.ModelCard;
import vggstream.model.ModelFiles;

class HeatMapTest {
  /** Crop side 8, stride 4, three classes. */
  private static final ModelCard CARD = ModelFiles.colourCard("c", "1", List.of("r", "g", "b"));

  /** Two windows side by side over 12 x 8 pixels: the first is red, the second green. */
  private static HeatMap twoWindows(int classIndex) {
    float[] scores = {8, -8, -8, 8, -8, -8}; // (3, 1, 2)
    return HeatMap.of(FloatBuffer.wrap(scores), CARD, new Size(12, 8), classIndex);
  }

  @Test
  void valueIsTheProbabilityOfTheClassAtTheWindowsCentre() {
    HeatMap map = twoWindows(0);
    assertEquals(2, map.positions());
    assertEquals(1, map.at(4 / 12.0, 0.5), 1e-6);
    assertEquals(0, map.at(8 / 12.0, 0.5), 1e-6);
  }

  @Test
  void valueIsLinearBetweenCentresAndConstantBeyond() {
    HeatMap map = twoWindows(0);
    assertEquals(0.5, map.at(6 / 12.0, 0), 1e-6);
    assertEquals(1, map.at(0, 0), 1e-6);
    assertEquals(0, map.at(1, 1), 1e-6);
  }

  @Test
  void hopelessClassIsZeroEverywhere() {
    float[] scores = {1000, -1000, 0}; // (3, 1, 1)
    HeatMap map = HeatMap.of(FloatBuffer.wrap(scores), CARD, new Size(8, 8), 1);
    assertEquals(0, map.at(0.5, 0.5));
  }

  @Test
  void classOutOfRangeIsRefused() {
    Throwable e = assertThrows(IllegalArgumentException.class, () -> twoWindows(3));
    assertEquals("classIndex must be within 0..2: was 3", e.getMessage());
  }

  @Test
  void overlayIsYellowWhereTheClassIsAndDarkBlueElsewhereAtAnySize() {
    BufferedImage image = new BufferedImage(120, 80, BufferedImage.TYPE_INT_RGB);
    twoWindows(0).overlay(image);
    assertEquals(shaded(0xfde725), image.getRGB(10, 40) & 0xffffff);
    assertEquals(shaded(0x440154), image.getRGB(110, 40) & 0xffffff);
  }

  @Test
  void imageShinesThroughWithoutItsColours() {
    BufferedImage red = new BufferedImage(12, 8, BufferedImage.TYPE_INT_RGB);
    BufferedImage gray = new BufferedImage(12, 8, BufferedImage.TYPE_INT_RGB);
    red.setRGB(1, 1, 0xff0000);
    gray.setRGB(1, 1, 0x4c4c4c); // as light
    twoWindows(0).overlay(red);
    twoWindows(0).overlay(gray);
    for (int shift = 0; shift <= 16; shift += 8) {
      assertEquals(gray.getRGB(1, 1) >> shift & 255, red.getRGB(1, 1) >> shift & 255, 1);
    }
    assertTrue((red.getRGB(1, 1) & 255) > (red.getRGB(1, 2) & 255));
  }

  @Test
  void lightnessOfTheColoursGrowsWithTheValue() {
    double before = -1;
    for (int i = 0; i <= 20; i++) {
      int rgb = Viridis.rgb(i / 20.0);
      double lightness = 0.299 * (rgb >> 16) + 0.587 * (rgb >> 8 & 255) + 0.114 * (rgb & 255);
      assertTrue(lightness > before, "at " + i / 20.0);
      before = lightness;
    }
    assertEquals(Viridis.rgb(0), Viridis.rgb(-3));
    assertEquals(Viridis.rgb(1), Viridis.rgb(3));
  }

  /** A colour over black. */
  private static int shaded(int rgb) {
    int shaded = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      shaded |= (int) Math.round((rgb >> shift & 255) * HeatMap.ALPHA) << shift;
    }
    return shaded;
  }
}
