package vggstream.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
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

class BatchLoaderTest {
  private static final Augmentation AUGMENTATION = new Augmentation(32, 40, 32, true);

  @TempDir private Path root;
  private ImageSet images;

  @BeforeEach
  void makeImages() throws IOException {
    images = ImageFolder.read(TestImages.folder(root.resolve("set"), 3, 7, 33)); // 21
  }

  private List<String> batches(int threads, long first, int count) throws Exception {
    List<String> batches = new ArrayList<>();
    UnreadableImages unreadable = new UnreadableImages(images, 0.5);
    try (BatchLoader loader =
        new BatchLoader(
            images, AUGMENTATION, unreadable, new BatchLoader.Options(4, 1, threads, 2), first)) {
      for (int i = 0; i < count; i++) {
        batches.add(text(loader.next()));
      }
    }
    return batches;
  }

  private static String text(BatchLoader.Batch whole) {
    BatchLoader.Group batch = whole.groups().get(0);
    ByteBuffer pixels = batch.pixels().pixels();
    byte[] bytes = new byte[pixels.remaining()];
    pixels.get(bytes);
    long[] labels = new long[batch.labels().remaining()];
    batch.labels().get(labels);
    return Arrays.toString(labels) + Arrays.hashCode(bytes);
  }

  @Test
  void batchesDoNotDependOnTheNumberOfThreads() throws Exception {
    List<String> one = batches(1, 0, 23);
    assertEquals(one, batches(2, 0, 23));
    assertEquals(one, batches(5, 0, 23));
    assertEquals(23, new HashSet<>(one).size(), "every batch is another");
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
}
