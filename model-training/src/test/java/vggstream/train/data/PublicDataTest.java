package vggstream.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Public data sets as they are distributed. */
class PublicDataTest {
  @Test
  void theSmallIlsvrcSetIsReadWhole() throws Exception {
    DataSet data = DataSets.open(TestData.folder("ilsvrc-mini"));
    assertEquals(Layout.ILSVRC, data.layout());
    assertEquals(10, data.labels().size());
    HoldOut images = data.trainAndValidation(0.05, 1);
    assertEquals(5000, images.train().size());
    assertEquals(500, images.validation().size());
    for (int c = 0; c < 10; c++) {
      int index = c;
      assertEquals(
          50,
          images.validation().samples().stream().filter(s -> s.classIndex() == index).count(),
          data.labels().get(c));
    }
    UnreadableImages unreadable = new UnreadableImages(images.train(), 0);
    PrincipalColours colours =
        new ColourStatistics(images.train(), 1000, unreadable, 2).principalColours();
    assertTrue(colours.deviations().get(0) > 60, colours.toString());
    assertTrue(
        colours.directions().get(0).stream().allMatch(x -> Math.abs(x) > 0.5),
        "light is the first component: " + colours);
  }

  @Test
  void cifarAsFoldersIsReadWhole() throws Exception {
    DataSet data = DataSets.open(TestData.folder("cifar10"));
    assertEquals(Layout.FOLDERS, data.layout());
    assertEquals(15_000, data.split("train").size());
    assertEquals(1500, data.split("test").size());
  }
}
