package vggstream.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HoldOutTest {
  @TempDir private Path root;

  private static ImageSet set(int... imagesOfClass) {
    List<String> labels = IntStream.range(0, imagesOfClass.length).mapToObj(c -> "c" + c).toList();
    List<Sample> samples =
        IntStream.range(0, imagesOfClass.length)
            .boxed()
            .flatMap(
                c ->
                    IntStream.range(0, imagesOfClass[c])
                        .mapToObj(i -> new Sample("c" + c + "/" + i, c)))
            .toList();
    return new ImageSet(Path.of("."), labels, samples);
  }

  private static long count(ImageSet images, int classIndex) {
    return images.samples().stream().filter(s -> s.classIndex() == classIndex).count();
  }

  @Test
  void theSameShareOfEachClassIsHeldOut() {
    ImageSet all = set(100, 60, 3, 1, 0);
    HoldOut split = HoldOut.stratified(all, 0.05, 7);
    assertEquals(5, count(split.validation(), 0));
    assertEquals(3, count(split.validation(), 1));
    assertEquals(1, count(split.validation(), 2), "at least one");
    assertEquals(0, count(split.validation(), 3), "never the last one");
    Set<Sample> together = new HashSet<>(split.train().samples());
    together.addAll(split.validation().samples());
    assertEquals(new HashSet<>(all.samples()), together);
    assertEquals(all.size(), split.train().size() + split.validation().size());
  }

  @Test
  void whatIsHeldOutDependsOnTheSeedAlone() {
    ImageSet all = set(100, 100);
    assertEquals(HoldOut.stratified(all, 0.1, 1), HoldOut.stratified(all, 0.1, 1));
    assertNotEquals(HoldOut.stratified(all, 0.1, 1), HoldOut.stratified(all, 0.1, 2));
  }

  @Test
  void aShareOutsideOfItsRangeIsRefused() {
    for (double share : new double[] {0, 1, -1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> HoldOut.stratified(set(5), share, 1));
    }
  }

  @Test
  void aValFolderIsUsedAndTheTestFolderIsNotLookedAt() throws IOException {
    touch("train/a/1", "train/a/2", "train/b/1", "train/b/2", "test/unknown/1");
    HoldOut without = DataSets.open(root).trainAndValidation(0.5, 1);
    assertEquals(2, without.train().size());
    assertEquals(2, without.validation().size());
    touch("val/b/9");
    HoldOut with = DataSets.open(root).trainAndValidation(0.5, 1);
    assertEquals(4, with.train().size());
    assertEquals(List.of(new Sample("b/9", 1)), with.validation().samples());
  }

  private void touch(String... names) throws IOException {
    for (String name : names) {
      Files.createDirectories(root.resolve(name).getParent());
      Files.writeString(root.resolve(name), "x");
    }
  }
}
