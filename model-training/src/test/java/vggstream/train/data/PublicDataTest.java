package vggstream.train.data;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import vggstream.localise.Box;

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
  void theSmallIlsvrcSetHasABoxOfEveryImage() throws Exception {
    AnnotationProblems problems = new AnnotationProblems();
    HoldOut images =
        DataSets.open(TestData.folder("ilsvrc-mini"))
            .withBoxes(problems)
            .trainAndValidation(0.05, 1);
    assertEquals(4996, images.train().size());
    assertEquals(500, images.validation().size());
    assertEquals(4, problems.count(AnnotationProblems.Reason.DEGENERATE));
    assertEquals(1, problems.count(AnnotationProblems.Reason.ONE_PIXEL));
    ObjectBoxes train = requireNonNull(images.train().boxes());
    ObjectBoxes val = requireNonNull(images.validation().boxes());
    Box mean = train.meanRelative();
    int wholeWrong = 0;
    int meanWrong = 0;
    double meanIou = 0;
    for (int i = 0; i < val.images(); i++) {
      Box truth = val.of(i).get(0);
      double whole = truth.iou(new Box(0, 0, 64, 64));
      double byMean =
          truth.iou(
              new Box(64 * mean.xMin(), 64 * mean.yMin(), 64 * mean.xMax(), 64 * mean.yMax()));
      wholeWrong += whole <= 0.5 ? 1 : 0;
      meanWrong += byMean <= 0.5 ? 1 : 0;
      meanIou += byMean / val.images();
    }
    assertEquals(199, wholeWrong);
    assertEquals(168, meanWrong);
    assertEquals(0.505, meanIou, 0.001);
  }

  @Test
  void cifarAsFoldersIsReadWhole() throws Exception {
    DataSet data = DataSets.open(TestData.folder("cifar10"));
    assertEquals(Layout.FOLDERS, data.layout());
    assertEquals(15_000, data.split("train").size());
    assertEquals(1500, data.split("test").size());
  }
}
