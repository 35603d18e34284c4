package vggstream.localise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import vggstream.classify.Cropping;
import vggstream.classify.DenseClassifier;
import vggstream.classify.Protocol;
import vggstream.classify.RescaleLimit;
import vggstream.classify.TopK;
import vggstream.image.ImageRejectedException;
import vggstream.image.Rescale;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.image.Window;
import vggstream.localise.Candidates.Rated;
import vggstream.model.DenseModel;
import vggstream.model.DenseOutputs;
import vggstream.model.JavaModel;
import vggstream.model.ModelCard;
import vggstream.model.ModelCard.Task;
import vggstream.model.Output;
import vggstream.tensor.PixelBatch;

/** The batched path against one window at a time in double precision. */
class DenseLocaliserTest {
  private static final int CLASSES = 5;
  private static final int SIDE = 8;
  private static final int STRIDE = 4;

  private final List<RgbImage> open = new ArrayList<>();

  @AfterEach
  void closeImages() {
    open.forEach(RgbImage::close);
  }

  private RgbImage image(int width, int height, long seed) {
    Size size = new Size(width, height);
    byte[] rgb = new byte[Math.toIntExact(size.pixels() * PixelBatch.CHANNELS)]; // (H, W, 3)
    new Random(seed).nextBytes(rgb);
    RgbImage image = RgbImage.copyOf(ByteBuffer.wrap(rgb), size);
    open.add(image);
    return image;
  }

  private List<RgbImage> images() {
    return List.of(image(16, 16, 1), image(23, 16, 2), image(16, 30, 3), image(23, 16, 4));
  }

  private static DenseLocaliser localiser(
      List<JavaModel> classifiers, List<JavaModel> localisers, Protocol protocol) {
    return new DenseLocaliser(
        List.copyOf(classifiers), List.copyOf(localisers), protocol, 6, RescaleLimit.DEFAULT);
  }

  /** Every window of every view, its box in the original, rated for a class. */
  private static List<Rated> naive(
      RgbImage image,
      List<JavaModel> classifiers,
      List<JavaModel> localisers,
      Protocol protocol,
      int classIndex) {
    Size original = image.originalSize();
    List<Rated> candidates = new ArrayList<>();
    for (int q : protocol.scales()) {
      Size size = Rescale.toSmallerSide(original, q);
      PixelBatch both = PixelBatch.allocate(2, size.height(), size.width());
      Rescale.rescale(image, size, both.slot(0));
      Rescale.mirror(both.slot(0), size, both.slot(1));
      int columns = size.width() / STRIDE - SIDE / STRIDE + 1;
      int windows = columns * (size.height() / STRIDE - SIDE / STRIDE + 1);
      for (int slot = 0; slot < (protocol.flip() ? 2 : 1); slot++) {
        for (int w = 0; w < windows; w++) {
          double rating = 0;
          for (JavaModel classifier : classifiers) {
            rating +=
                posterior(classifier.scoreMap(both, slot), w, windows, classIndex)
                    / classifiers.size();
          }
          for (JavaModel model : localisers) {
            double[] map = model.boxMap(both, slot);
            int first = model.card().task().perClass() ? 4 * classIndex : 0;
            Window window = Window.square(w % columns * STRIDE, w / columns * STRIDE, SIDE);
            Box box =
                new WindowBox(
                        map[first * windows + w],
                        map[(first + 1) * windows + w],
                        map[(first + 2) * windows + w],
                        map[(first + 3) * windows + w])
                    .in(window);
            if (slot == 1) {
              box = box.mirrored(size.width());
            }
            box = box.rescaled(size, original).clamp(original);
            if (box.area() > 0) {
              double seen = (double) SIDE * SIDE / (size.width() * size.height());
              candidates.add(new Rated(rating * seen / windows, rating, box));
            }
          }
        }
      }
    }
    return candidates;
  }

  private static double posterior(double[] scoreMap, int window, int windows, int classIndex) {
    double sum = 0;
    for (int k = 0; k < CLASSES; k++) {
      sum += Math.exp(scoreMap[k * windows + window]);
    }
    return Math.exp(scoreMap[classIndex * windows + window]) / sum;
  }

  private void assertEqualsNaive(
      List<JavaModel> classifiers, List<JavaModel> localisers, Protocol protocol)
      throws ImageRejectedException {
    List<RgbImage> images = images();
    List<Localisation> all = localiser(classifiers, localisers, protocol).localise(images);
    List<double[]> posteriors =
        new DenseClassifier(List.copyOf(classifiers), protocol, 6).posteriors(images);
    for (int i = 0; i < images.size(); i++) {
      assertArrayEquals(posteriors.get(i), all.get(i).posterior(), 1e-12);
      for (int k = 0; k < CLASSES; k++) {
        List<Rated> candidates = naive(images.get(i), classifiers, localisers, protocol, k);
        assertTrue(!candidates.isEmpty() && candidates.size() <= Candidates.MOST);
        List<Rated> high =
            candidates.stream().filter(c -> c.rating() >= Candidates.LEAST_RATING).toList();
        assertFalse(high.isEmpty());
        LocatedClass located = all.get(i).box(k).orElseThrow();
        BoxMerge.Merged merged = BoxMerge.merge(high).orElseThrow();
        assertEquals(k, located.classIndex());
        assertEquals(merged.score(), located.score(), 1e-4);
        assertEquals(1, merged.box().iou(located.box()), 1e-3);
        assertTrue(located.box().isWithin(images.get(i).originalSize()));
        LocatedClass best = all.get(i).bestWindow(k).orElseThrow();
        candidates.sort(Comparator.comparingDouble(c -> -c.rating()));
        assertEquals(candidates.get(0).rating(), best.score(), 1e-5);
        assertTrue(
            candidates.stream()
                .filter(c -> c.rating() > best.score() - 1e-5)
                .anyMatch(c -> c.box().iou(best.box()) > 0.9999));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"'8', false", "'8', true", "'10,17,22', false", "'10,17,22', true"})
  void boxesEqualOneWindowAtATime(String scales, boolean flip) throws ImageRejectedException {
    Protocol protocol =
        new Protocol(Arrays.stream(scales.split(",")).map(Integer::valueOf).toList(), flip);
    for (Task task : List.of(Task.LOCALISE_SCR, Task.LOCALISE_PCR)) {
      assertEqualsNaive(List.of(JavaModel.tiny(7)), List.of(JavaModel.tiny(8, task)), protocol);
    }
  }

  @Test
  void ratingsAreTheMeanOfTheClassifiersAndCandidatesTheUnionOfTheLocalisers()
      throws ImageRejectedException {
    assertEqualsNaive(
        List.of(JavaModel.tiny(7), JavaModel.tiny(9)),
        List.of(
            JavaModel.tiny(8, Task.LOCALISE_PCR),
            JavaModel.tiny(10, Task.LOCALISE_SCR),
            JavaModel.tiny(11, Task.LOCALISE_PCR)),
        new Protocol(List.of(10, 16), true));
  }

  @ParameterizedTest
  @EnumSource(
      value = Task.class,
      names = {"CLASSIFY_LOCALISE_SCR", "CLASSIFY_LOCALISE_PCR"})
  void joinedNetworkRunsOnceAndSaysWhatItsPartsSay(Task task) throws ImageRejectedException {
    Protocol protocol = new Protocol(List.of(10, 16), true);
    JavaModel joined = JavaModel.tiny(7, task);
    JavaModel classifier = JavaModel.tiny(7);
    Task half = task.perClass() ? Task.LOCALISE_PCR : Task.LOCALISE_SCR;
    assertEquals(task, Task.CLASSIFY.joinedWith(half));
    List<Localisation> one =
        localiser(List.of(joined), List.of(joined), protocol).localise(images());
    List<Localisation> two =
        localiser(List.of(classifier), List.of(JavaModel.tiny(7, half)), protocol)
            .localise(images());
    assertEquals(classifier.runs(), joined.runs());
    for (int i = 0; i < one.size(); i++) {
      for (int k = 0; k < CLASSES; k++) {
        assertEquals(two.get(i).box(k), one.get(i).box(k));
      }
    }
  }

  @Test
  void mirrorImageHasTheMirroredBoxes() throws ImageRejectedException {
    RgbImage image = image(36, 24, 5);
    ByteBuffer mirrored = ByteBuffer.allocateDirect(36 * 24 * 3);
    ByteBuffer upright = ByteBuffer.allocateDirect(36 * 24 * 3);
    upright.put(image.pixels()).flip();
    Rescale.mirror(upright, image.size(), mirrored);
    RgbImage other = RgbImage.copyOf(mirrored, image.size());
    open.add(other);
    DenseLocaliser localiser =
        localiser(
            List.of(JavaModel.tiny(7)),
            List.of(JavaModel.tiny(8, Task.LOCALISE_PCR)),
            new Protocol(List.of(8, 12, 24), true));
    List<Localisation> both = localiser.localise(List.of(image, other));
    for (int k = 0; k < CLASSES; k++) {
      Box box = both.get(0).box(k).orElseThrow().box();
      Box mirror = both.get(1).box(k).orElseThrow().box().mirrored(36);
      assertEquals(1, box.iou(mirror), 1e-4);
    }
  }

  @Test
  void boxesComeInTheOrderOfTheRankedClasses() throws ImageRejectedException {
    JavaModel joined = JavaModel.tiny(7, Task.CLASSIFY_LOCALISE_SCR);
    Localisation one =
        localiser(List.of(joined), List.of(joined), new Protocol(List.of(16), true))
            .localise(List.of(image(20, 30, 1)))
            .get(0);
    var ranked = TopK.of(one.posterior(), joined.card().labels(), 3);
    List<LocatedClass> boxes = one.top(3);
    assertEquals(boxes, one.boxes(ranked));
    assertEquals(3, boxes.size());
    for (int r = 0; r < 3; r++) {
      assertEquals(ranked.get(r).classIndex(), boxes.get(r).classIndex());
    }
  }

  @Test
  void accumulatorForgetsTheImageBefore() throws ImageRejectedException {
    JavaModel joined = JavaModel.tiny(7, Task.CLASSIFY_LOCALISE_PCR);
    Protocol protocol = new Protocol(List.of(16), false);
    RgbImage image = image(20, 30, 1);
    Localisation localisation = new Localisation(joined.card(), new Size(99, 98));
    addTo(localisation, joined, image(40, 30, 2), protocol);
    localisation.restart(image.originalSize());
    addTo(localisation, joined, image, protocol);
    Localisation fresh =
        localiser(List.of(joined), List.of(joined), protocol).localise(List.of(image)).get(0);
    assertArrayEquals(fresh.posterior(), localisation.posterior());
    for (int k = 0; k < CLASSES; k++) {
      assertEquals(fresh.box(k), localisation.box(k));
    }
  }

  private static void addTo(
      Localisation localisation, JavaModel joined, RgbImage image, Protocol protocol)
      throws ImageRejectedException {
    for (var view : protocol.views(image.originalSize(), RescaleLimit.DEFAULT)) {
      Size size = view.size();
      PixelBatch batch = PixelBatch.allocate(view.slots(), size.height(), size.width());
      view.write(image, batch, 0);
      var outputs =
          DenseOutputs.allocate(
              joined.card(),
              view.slots(),
              size.height(),
              size.width(),
              joined.card().task().outputs());
      joined.run(batch, outputs);
      localisation.add(view, 0, List.of(outputs), List.of(outputs), new WindowRatings());
    }
  }

  @Test
  void classWithoutAnyBoxInTheImageHasNone() {
    Localisation nothing = new Localisation(JavaModel.tinyCard(), new Size(10, 10));
    assertTrue(nothing.box(0).isEmpty());
    assertTrue(nothing.bestWindow(0).isEmpty());
  }

  // ---- what is refused

  @Test
  void valuesThatAreNotFiniteAreRefused() throws ImageRejectedException {
    ModelCard card = JavaModel.tiny(7, Task.CLASSIFY_LOCALISE_SCR).card();
    Size size = new Size(2 * card.cropSide(), card.cropSide());
    var view = new Protocol(List.of(size.height()), false).views(size, RescaleLimit.DEFAULT).get(0);
    for (Output broken : List.of(Output.SCORE_MAP, Output.BOX_MAP)) {
      for (float value : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
        var outputs =
            DenseOutputs.allocate(
                card,
                1,
                size.height(),
                size.width(),
                EnumSet.of(Output.SCORES, Output.SCORE_MAP, Output.BOX_MAP));
        var values = outputs.get(broken);
        values.put(values.capacity() - 1, value);
        Localisation localisation = new Localisation(card, size);
        RuntimeException e =
            assertThrows(
                RuntimeException.class,
                () ->
                    localisation.add(
                        view, 0, List.of(outputs), List.of(outputs), new WindowRatings()));
        assertTrue(e.getMessage().contains(Float.toString(value)), e.getMessage());
        assertEquals(broken == Output.BOX_MAP, e instanceof NotFiniteException);
      }
    }
  }

  private static JavaModel with(JavaModel model, String key, String value) {
    Map<String, String> metadata = model.card().toMetadata();
    metadata.put("vggstream." + key, value);
    return JavaModel.tiny(7, ModelCard.fromMetadata(metadata));
  }

  private static void assertRefused(
      String message, List<JavaModel> classifiers, List<JavaModel> localisers, Protocol protocol) {
    List<DenseModel> first = List.copyOf(classifiers);
    List<DenseModel> second = List.copyOf(localisers);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new DenseLocaliser(first, second, protocol, 4, RescaleLimit.DEFAULT));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void networksThatCannotBeUsedTogetherAreRefusedWithBothValues() {
    Protocol protocol = new Protocol(List.of(16), true);
    JavaModel classifier = JavaModel.tiny(7);
    JavaModel scr = JavaModel.tiny(8, Task.LOCALISE_SCR);
    assertRefused("must each be at least one: were 1, 0", List.of(classifier), List.of(), protocol);
    assertRefused(
        "must be of a task with boxes: tiny is of CLASSIFY",
        List.of(classifier),
        List.of(classifier),
        protocol);
    assertRefused(
        "must be of a task with scores: tiny is of LOCALISE_SCR",
        List.of(scr),
        List.of(scr),
        protocol);
    assertRefused(
        "same crop side: tiny has 8, tiny has 4",
        List.of(classifier),
        List.of(with(scr, "crop-side", "4")),
        protocol);
    JavaModel different = with(with(scr, "stride", "2"), "labels", "class-0\nclass-1");
    assertRefused(
        "same stride: tiny has 4, tiny has 2", List.of(classifier), List.of(different), protocol);
    assertRefused("tiny has 5, tiny has 2", List.of(classifier), List.of(different), protocol);
    assertRefused(
        "must be dense", List.of(classifier), List.of(scr), protocol.withCropping(Cropping.CENTER));
    assertRefused(
        "at least the crop side 8",
        List.of(classifier),
        List.of(scr),
        new Protocol(List.of(7), true));
  }

  // ---- the central crop

  @ParameterizedTest
  @EnumSource(
      value = Task.class,
      names = {"LOCALISE_SCR", "LOCALISE_PCR", "CLASSIFY_LOCALISE_PCR"})
  void centralCropHasTheBoxOfTheGivenClass(Task task) throws ImageRejectedException {
    JavaModel model = JavaModel.tiny(8, task);
    List<RgbImage> images = images();
    List<Integer> classes = List.of(3, 0, 4, 1);
    List<Box> boxes =
        new CenterLocaliser(model, 12, 3, RescaleLimit.DEFAULT).boxes(images, classes);
    for (int i = 0; i < images.size(); i++) {
      Size original = images.get(i).originalSize();
      Size size = Rescale.toSmallerSide(original, 12);
      Window window = CenterLocaliser.center(size, SIDE);
      PixelBatch crop = PixelBatch.allocate(1, SIDE, SIDE);
      Rescale.crop(images.get(i), size, window, false, crop.slot(0));
      double[] map = model.boxMap(crop, 0);
      int first = task.perClass() ? 4 * classes.get(i) : 0;
      Box expected =
          new WindowBox(map[first], map[first + 1], map[first + 2], map[first + 3])
              .in(window)
              .rescaled(size, original)
              .clamp(original);
      assertTrue(expected.area() == 0 || expected.iou(boxes.get(i)) > 0.9999);
      assertTrue(boxes.get(i).isWithin(original));
    }
  }

  @Test
  void centralCropIsRefusedWhereItCannotBe() {
    JavaModel scr = JavaModel.tiny(8, Task.LOCALISE_SCR);
    assertThrows(
        IllegalArgumentException.class,
        () -> new CenterLocaliser(JavaModel.tiny(7), 8, 1, RescaleLimit.DEFAULT));
    assertThrows(
        IllegalArgumentException.class, () -> new CenterLocaliser(scr, 7, 1, RescaleLimit.DEFAULT));
    CenterLocaliser localiser = new CenterLocaliser(scr, 8, 1, RescaleLimit.DEFAULT);
    assertThrows(
        IllegalArgumentException.class,
        () -> localiser.boxes(List.of(image(9, 9, 1)), List.of(CLASSES)));
    assertThrows(
        IllegalArgumentException.class, () -> localiser.boxes(List.of(image(9, 9, 1)), List.of()));
  }
}
