package vggstream.train.data;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.image.Size;
import vggstream.localise.Box;

class BatchLoaderTest {
  private static final Augmentation AUGMENTATION = new Augmentation(32, 40, 32, true);

  @TempDir private Path root;
  private ImageSet images;

  @BeforeEach
  void makeImages() throws IOException {
    images = ImageFolder.read(TestImages.folder(root.resolve("set"), 3, 7, 33)); // 21
  }

  private List<String> batches(int threads, long first, int count) throws Exception {
    return batches(AUGMENTATION, threads, first, count);
  }

  private List<String> batches(Augmentation augmentation, int threads, long first, int count)
      throws Exception {
    List<String> batches = new ArrayList<>();
    UnreadableImages unreadable = new UnreadableImages(images, 0.5);
    try (BatchLoader loader =
        new BatchLoader(
            images, augmentation, unreadable, new BatchLoader.Options(4, 1, threads, 2), first)) {
      for (int i = 0; i < count; i++) {
        batches.add(text(loader.next()));
      }
    }
    return batches;
  }

  private static String text(BatchLoader.Batch batch) {
    StringBuilder text = new StringBuilder();
    for (BatchLoader.Group group : batch.groups()) {
      ByteBuffer pixels = group.pixels().pixels();
      byte[] bytes = new byte[pixels.remaining()];
      pixels.get(bytes);
      long[] labels = new long[group.labels().remaining()];
      group.labels().duplicate().get(labels);
      text.append(group.pixels().width()).append('x').append(group.pixels().height());
      text.append(Arrays.toString(labels)).append(Arrays.hashCode(bytes));
      FloatBuffer shift = group.colourShift();
      if (shift != null) {
        float[] shifts = new float[shift.remaining()];
        shift.duplicate().get(shifts);
        text.append(Arrays.toString(shifts));
      }
      FloatBuffer boxes = group.boxes();
      if (boxes != null) {
        float[] targets = new float[boxes.remaining()];
        boxes.duplicate().get(targets);
        assertEquals(4 * labels.length, targets.length);
        text.append(Arrays.toString(targets));
      }
    }
    return text.toString();
  }

  @Test
  void batchesDoNotDependOnTheNumberOfThreads() throws Exception {
    List<String> one = batches(1, 0, 23);
    assertEquals(one, batches(2, 0, 23));
    assertEquals(one, batches(5, 0, 23));
    assertEquals(23, new HashSet<>(one).size(), "every batch is another");
  }

  @Test
  void boxesDoNotDependOnTheNumberOfThreads() throws Exception {
    List<ObjectBoxes.Annotated> boxes = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      Box first = new Box(0, i, 4, i + 9);
      boxes.add(
          new ObjectBoxes.Annotated(
              new Size(33, 33 + i % 7 % 3), List.of(first, new Box(i, 0, i + 5, 4))));
    }
    images = images.withBoxes(ObjectBoxes.of(boxes));
    List<String> one = batches(1, 0, 23);
    assertEquals(2, one.get(0).chars().filter(c -> c == '[').count(), one.get(0));
    assertEquals(one, batches(3, 0, 23));
    assertEquals(one.subList(13, 23), batches(2, 13, 10));
    assertThrows(
        IllegalArgumentException.class, () -> batches(AUGMENTATION.withWholeImages(), 1, 0, 1));
  }

  @Test
  void aLoaderBegunLaterGoesOnWhereAnotherWouldBe() throws Exception {
    assertEquals(batches(2, 0, 23).subList(13, 23), batches(2, 13, 10));
  }

  @Test
  void anEpochVisitsNoImageTwice() throws Exception {
    Set<Integer> seen = new HashSet<>();
    ImageSet colours = colours();
    try (BatchLoader loader =
        new BatchLoader(
            colours,
            new Augmentation(32, 32, 32, false),
            new UnreadableImages(colours, 0),
            new BatchLoader.Options(4, 9, 2, 1),
            0)) {
      for (int b = 0; b < 2; b++) {
        BatchLoader.Group batch = loader.next().groups().get(0);
        LongBuffer labels = batch.labels();
        for (int i = 0; i < 4; i++) {
          int red = Byte.toUnsignedInt(batch.pixels().slot(i).get(0));
          assertEquals(red / 100, labels.get(i), "the label is that of the pixels");
          assertTrue(seen.add(red), "twice: " + red);
        }
      }
    }
  }

  /** Nine images of two classes whose red tells image and class. */
  private ImageSet colours() throws IOException {
    for (int i = 0; i < 9; i++) {
      int red = i < 4 ? i : 96 + i;
      TestImages.plain(
          root.resolve("colours/" + (red / 100) + "/" + i + ".png"), new Size(40, 32), red, 1, 2);
    }
    return ImageFolder.read(root.resolve("colours"));
  }

  @Test
  void anUnreadableImageIsReplacedAndCountedOnce() throws Exception {
    Files.write(root.resolve("set/c1/3.png"), new byte[] {1, 2, 3});
    List<String> reasons = new ArrayList<>();
    UnreadableImages unreadable = new UnreadableImages(images, 0.05);
    try (BatchLoader loader =
        new BatchLoader(images, AUGMENTATION, unreadable, new BatchLoader.Options(4, 1, 2, 2), 0)) {
      for (int i = 0; i < 25; i++) {
        loader.next();
      }
      reasons.addAll(unreadable.reasons().keySet());
    }
    assertEquals(List.of("c1/3.png"), reasons);
    assertEquals(batches(1, 0, 12), batches(3, 0, 12));
  }

  @Test
  void tooManyUnreadableImagesEndTheLoaderWithTheirReason() throws Exception {
    for (String name : new String[] {"c0/0.png", "c1/1.png"}) {
      Files.writeString(root.resolve("set").resolve(name), "no image");
    }
    try (BatchLoader loader =
        new BatchLoader(
            images,
            AUGMENTATION,
            new UnreadableImages(images, 0.05),
            new BatchLoader.Options(4, 1, 2, 2),
            0)) {
      DataException e =
          assertThrows(
              DataException.class,
              () -> {
                for (int i = 0; i < 20; i++) {
                  loader.next();
                }
              });
      assertTrue(e.getMessage().contains("at most 1 of 21"), e.getMessage());
    }
  }

  @Test
  void fewerImagesThanABatchAreRefused() {
    assertThrows(DataException.class, () -> BatchLoader.batchesPerEpoch(images, 22));
  }

  @Test
  void closingEndsALoaderThatNobodyReadsFrom() throws Exception {
    BatchLoader loader =
        new BatchLoader(
            images,
            AUGMENTATION,
            new UnreadableImages(images, 0),
            new BatchLoader.Options(4, 1, 3, 1),
            0);
    loader.close();
    assertThrows(
        IllegalStateException.class,
        () -> {
          loader.next();
          loader.next();
          loader.next();
        });
  }

  @Test
  void anotherSeedShufflesOtherwise() throws Exception {
    UnreadableImages unreadable = new UnreadableImages(images, 0);
    try (BatchLoader loader =
        new BatchLoader(images, AUGMENTATION, unreadable, new BatchLoader.Options(4, 2, 1, 2), 0)) {
      assertNotEquals(batches(1, 0, 1).get(0), text(loader.next()));
    }
  }

  @Test
  void coloursAreShiftedAlikeWhateverTheNumberOfThreads() throws Exception {
    double[][] covariance = {{900, 500, 300}, {500, 700, 200}, {300, 200, 400}};
    Augmentation shifted =
        AUGMENTATION.withColourShift(new ColourShift(0.1, PrincipalColours.of(covariance)));
    List<String> one = batches(shifted, 1, 0, 12);
    assertEquals(one, batches(shifted, 4, 0, 12));
    assertNotEquals(one, batches(AUGMENTATION, 1, 0, 12));
    Augmentation whole = shifted.withWholeImages();
    assertEquals(batches(whole, 1, 0, 12), batches(whole, 4, 0, 12));
  }

  @Test
  void wholeImagesOfOneSizeStandTogetherAndEachIsThereOnce() throws Exception {
    ImageSet colours = manySizes();
    double[][] covariance = {{9, 0, 0}, {0, 9, 0}, {0, 0, 9}};
    ColourShift shift = new ColourShift(0.1, PrincipalColours.of(covariance));
    Augmentation whole =
        new Augmentation(32, 32, 32, false).withWholeImages().withColourShift(shift);
    Set<Integer> seen = new HashSet<>();
    try (BatchLoader loader =
        new BatchLoader(
            colours,
            whole,
            new UnreadableImages(colours, 0),
            new BatchLoader.Options(6, 9, 3, 1),
            0)) {
      for (int b = 0; b < 2; b++) {
        Set<String> sizes = new HashSet<>();
        for (BatchLoader.Group group : loader.next().groups()) {
          int n = group.pixels().count();
          assertEquals(n, group.labels().remaining());
          assertEquals(3 * n, requireNonNull(group.colourShift()).remaining());
          assertTrue(sizes.add(group.pixels().width() + "x" + group.pixels().height()));
          for (int i = 0; i < n; i++) {
            ByteBuffer pixels = group.pixels().slot(i);
            int red = Byte.toUnsignedInt(pixels.get(0));
            assertTrue(seen.add(red), "twice: " + red);
            assertEquals(red, Byte.toUnsignedInt(pixels.get(pixels.capacity() - 3)), "all of it");
            assertEquals(red / 100, group.labels().get(i), "the label is that of the pixels");
            assertEquals(red % 3 == 0 ? 64 : 32, group.pixels().width());
            FloatBuffer expected = FloatBuffer.allocate(3);
            shift.write(9, 0, colours.samples().indexOf(sample(red)), expected, 0);
            assertEquals(expected, requireNonNull(group.colourShift()).slice(3 * i, 3));
          }
        }
      }
    }
    assertEquals(12, seen.size());
  }

  private static Sample sample(int red) {
    return new Sample(red / 100 + "/" + red + ".png", red / 100);
  }

  /** Twelve images whose red tells image and class; each third is twice as wide. */
  private ImageSet manySizes() throws IOException {
    for (int i = 0; i < 12; i++) {
      int red = i < 6 ? i : 100 + i;
      TestImages.plain(
          root.resolve("sizes/" + (red / 100) + "/" + red + ".png"),
          new Size(red % 3 == 0 ? 64 : 32, 32),
          red,
          1,
          2);
    }
    return ImageFolder.read(root.resolve("sizes"));
  }

  @Test
  void wholeImagesThatWouldBecomeTooLargeAreReportedAndReplaced() throws Exception {
    TestImages.plain(root.resolve("set/c1/long.png"), new Size(4000, 1), 1, 2, 3);
    ImageSet withLong = ImageFolder.read(root.resolve("set"));
    UnreadableImages unreadable = new UnreadableImages(withLong, 0.05);
    try (BatchLoader loader =
        new BatchLoader(
            withLong,
            AUGMENTATION.withWholeImages(),
            unreadable,
            new BatchLoader.Options(11, 1, 2, 2),
            0)) {
      for (int b = 0; b < 4; b++) {
        assertEquals(
            11, loader.next().groups().stream().mapToInt(group -> group.pixels().count()).sum());
      }
    }
    assertEquals(Set.of("c1/long.png"), unreadable.reasons().keySet());
    assertTrue(unreadable.reasons().toString().contains("4000x1"), unreadable.reasons().toString());
  }
}
