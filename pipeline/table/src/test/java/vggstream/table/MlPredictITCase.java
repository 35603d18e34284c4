package vggstream.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vggstream.classify.RankedClass;
import vggstream.classify.TopK;
import vggstream.image.ImageEncoder;
import vggstream.image.Size;
import vggstream.job.batch.Classifier;
import vggstream.job.batch.Outcome;
import vggstream.job.batch.SharedClassifiers;
import vggstream.job.config.ClassifierOptions;
import vggstream.job.config.InferenceOptions;
import vggstream.localise.Box;
import vggstream.localise.LocatedClass;
import vggstream.model.ModelFiles;

/** ML_PREDICT with real networks on a cluster within the process. */
@Timeout(180)
class MlPredictITCase {
  private static final String SYNCHRONOUS = "'async', 'false'";
  private static final String ASYNCHRONOUS = "'async', 'true', 'max-concurrent-operations', '64'";

  @TempDir private static Path directory;
  private static Path colour;
  private static Path box;
  private static final List<byte[]> IMAGES = new ArrayList<>();

  @BeforeAll
  static void write() throws IOException {
    colour = ModelFiles.colour(directory.resolve("colour.onnx"));
    box = ModelFiles.box(directory.resolve("box.onnx"), 0.5f, 0.5f, 0.75f, 0.5f);
    Random random = new Random(7);
    for (int i = 0; i < 40; i++) {
      Size size = new Size(12 + random.nextInt(4) * 10, 12 + random.nextInt(4) * 10);
      IMAGES.add(image(random, size, i % 2 == 0));
    }
  }

  private static byte[] image(Random random, Size size, boolean jpeg) {
    byte[] rgb = new byte[Math.toIntExact(size.pixels() * 3)]; // (H, W, 3)
    byte[] colours = new byte[3];
    random.nextBytes(colours);
    for (int p = 0; p < rgb.length; p++) {
      rgb[p] = (byte) (colours[p % 3] + random.nextInt(3));
    }
    ByteBuffer pixels = ByteBuffer.wrap(rgb);
    return jpeg ? ImageEncoder.jpeg(pixels, size, 90) : ImageEncoder.png(pixels, size);
  }

  /** The classifier that a model of these options shares. */
  private static ClassifierOptions options(Path path, String... more) {
    Map<String, String> words = new HashMap<>(Map.of("path", path.toString()));
    for (int i = 0; i < more.length; i += 2) {
      words.put(more[i], more[i + 1]);
    }
    List<String> problems = new ArrayList<>();
    InferenceOptions options = InferenceOptions.read(words, "path", problems);
    assertNotNull(options, problems::toString);
    return options.classifier();
  }

  private static Outcome outcome(Classifier classifier, byte[] image) throws Exception {
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    classifier.submit(ByteBuffer.wrap(image), answer::complete);
    return answer.get(60, TimeUnit.SECONDS);
  }

  private static void assertPredictions(
      Outcome.Classified expected, List<String> labels, int k, Object found) {
    List<RankedClass> ranked = TopK.of(expected.posterior(), labels, k);
    Row[] rows = (Row[]) found;
    assertEquals(ranked.size(), rows.length);
    for (int r = 0; r < rows.length; r++) {
      assertEquals(ranked.get(r).rank(), rows[r].getField("rank"));
      assertEquals(ranked.get(r).classIndex(), rows[r].getField("classIndex"));
      assertEquals(ranked.get(r).label(), rows[r].getField("label"));
      assertEquals(ranked.get(r).probability(), (Float) rows[r].getField("probability"), 1e-6f);
    }
  }

  private static void assertBoxes(Outcome.Classified expected, List<String> labels, Object found) {
    Row[] rows = (Row[]) found;
    assertEquals(expected.boxes().size(), rows.length);
    for (int r = 0; r < rows.length; r++) {
      LocatedClass located = expected.boxes().get(r);
      Box pixels = located.box();
      Box fractions = located.normalised(expected.originalSize());
      assertEquals(located.classIndex(), rows[r].getField("classIndex"));
      assertEquals(labels.get(located.classIndex()), rows[r].getField("label"));
      assertEquals((float) located.score(), (Float) rows[r].getField("score"), 1e-5f);
      assertEquals((float) pixels.xMin(), (Float) rows[r].getField("xMin"), 1e-3f);
      assertEquals((float) pixels.yMin(), (Float) rows[r].getField("yMin"), 1e-3f);
      assertEquals((float) pixels.xMax(), (Float) rows[r].getField("xMax"), 1e-3f);
      assertEquals((float) pixels.yMax(), (Float) rows[r].getField("yMax"), 1e-3f);
      assertEquals((float) fractions.xMin(), (Float) rows[r].getField("xMinNormalised"), 1e-5f);
      assertEquals((float) fractions.yMax(), (Float) rows[r].getField("yMaxNormalised"), 1e-5f);
    }
  }

  @Test
  void bothKindsAnswerAsTheClassifierRunDirectlyAndShareOneLoadedModel() throws Exception {
    String[] words = {"localiser", box.toString(), "scales", "8,16", "top-k", "2"};
    try (LoadCount loads = new LoadCount();
        Classifier direct = SharedClassifiers.open(options(colour, words))) {
      SqlSession sql = new SqlSession(2, Collections.unmodifiableList(IMAGES));
      sql.createModel("vgg", SqlSession.PREDICTIONS + ", " + SqlSession.BOXES, colour, words);
      for (String map : List.of(SYNCHRONOUS, ASYNCHRONOUS)) {
        TreeMap<Integer, Row> rows = sql.predict("vgg", "predictions, boxes", map);
        assertEquals(IMAGES.size(), rows.size());
        for (int i = 0; i < IMAGES.size(); i++) {
          Outcome.Classified expected = (Outcome.Classified) outcome(direct, IMAGES.get(i));
          List<String> labels = direct.card().labels();
          assertPredictions(expected, labels, 2, rows.get(i).getField(0));
          assertBoxes(expected, labels, rows.get(i).getField(1));
        }
      }
      assertEquals(1, loads.count()); // by this test; two statements used it
    }
  }

  @Test
  void photographsAreAnsweredAsByTheClassifierRunDirectly() throws Exception {
    List<byte[]> photos = new ArrayList<>();
    try (Stream<Path> files = Files.list(TestData.folder("photos"))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().limit(12).toList()) {
        photos.add(Files.readAllBytes(file));
      }
    }
    String[] words = {"scales", "64,96"};
    try (Classifier direct = SharedClassifiers.open(options(colour, words))) {
      SqlSession sql = new SqlSession(1, Collections.unmodifiableList(photos));
      sql.createModel("vgg", SqlSession.PREDICTIONS, colour, words);
      TreeMap<Integer, Row> rows = sql.predict("vgg", "predictions", ASYNCHRONOUS);
      for (int i = 0; i < photos.size(); i++) {
        Outcome.Classified expected = (Outcome.Classified) outcome(direct, photos.get(i));
        assertPredictions(expected, direct.card().labels(), 5, rows.get(i).getField(0));
      }
    }
  }

  @Test
  void asynchronousBatchesFill() throws Exception {
    byte[] image = image(new Random(1), new Size(16, 16), false);
    String[] words = {"scales", "8", "batch-size", "8", "batch-linger", "20 s"};
    try (Classifier direct = SharedClassifiers.open(options(colour, words))) {
      SqlSession sql = new SqlSession(1, Collections.nCopies(400, image));
      sql.createModel("vgg", SqlSession.PREDICTIONS, colour, words);
      String map =
          ASYNCHRONOUS + ", 'output-mode', 'ALLOW_UNORDERED'"; // a waiting head holds none up
      assertEquals(400, sql.predict("vgg", "predictions", map).size());
      assertEquals(400, direct.statistics().images());
      double mean = 400.0 / direct.statistics().batches();
      assertTrue(mean >= 4, "images a batch: " + mean);
    }
  }

  @Test
  void imagesWithoutAnAnswerAreNullsOrSayWhyAndNeverFailTheJob() throws Exception {
    byte[] good = IMAGES.get(1);
    byte[] truncated = Arrays.copyOf(good, good.length / 2);
    List<byte[]> images = new ArrayList<>();
    images.add(good);
    images.add(null);
    images.add("no image".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    images.add(truncated);
    images.add(new byte[0]);
    SqlSession sql = new SqlSession(1, Collections.unmodifiableList(images));
    sql.createModel("silent", SqlSession.PREDICTIONS + ", " + SqlSession.BOXES, colour);
    sql.createModel(
        "telling",
        "reason STRING, stage STRING, message STRING, " + SqlSession.PREDICTIONS,
        colour,
        "on-error",
        "row");
    for (String map : List.of(SYNCHRONOUS, ASYNCHRONOUS)) {
      TreeMap<Integer, Row> silent = sql.predict("silent", "predictions, boxes", map);
      assertEquals(3, ((Row[]) silent.get(0).getField(0)).length);
      assertEquals(0, ((Row[]) silent.get(0).getField(1)).length);
      for (int i = 1; i < images.size(); i++) {
        assertEquals(Row.of(null, null), silent.get(i));
      }
      TreeMap<Integer, Row> telling =
          sql.predict("telling", "reason, stage, message, predictions", map);
      assertNull(telling.get(0).getField(0));
      assertNotNull(telling.get(0).getField(3));
      assertEquals(Row.of(null, null, null, null), telling.get(1));
      assertEquals("UNSUPPORTED_FORMAT", telling.get(2).getField(0));
      assertEquals("DECODE", telling.get(2).getField(1));
      assertTrue(
          String.valueOf(telling.get(2).getField(2)).startsWith("image must be JPEG, PNG"),
          telling::toString);
      assertNull(telling.get(2).getField(3));
      assertEquals("TRUNCATED", telling.get(3).getField(0));
      assertEquals("EMPTY", telling.get(4).getField(0));
    }
  }

  @Test
  void embeddingsAreTheNetworksFeatures() throws Exception {
    List<byte[]> images = new ArrayList<>(IMAGES.subList(0, 5));
    images.add(null);
    images.add(new byte[] {1, 2, 3});
    SqlSession sql = new SqlSession(1, Collections.unmodifiableList(images));
    String[] words = {"scales", "8,16"};
    sql.createModel(
        "features", "embedding ARRAY<FLOAT>", colour, "task", "embedding", "scales", "8,16");
    ClassifierOptions embedding = options(colour, words).withEmbedding();
    try (Classifier direct = SharedClassifiers.open(embedding)) {
      for (String map : List.of(SYNCHRONOUS, ASYNCHRONOUS)) {
        TreeMap<Integer, Row> rows = sql.predict("features", "embedding", map);
        for (int i = 0; i < 5; i++) {
          Outcome.Embedded expected = (Outcome.Embedded) outcome(direct, images.get(i));
          Float[] found = (Float[]) rows.get(i).getField(0);
          assertEquals(3, found.length);
          float[] values = {found[0], found[1], found[2]};
          assertArrayEquals(expected.features(), values, 1e-6f);
        }
        assertNull(rows.get(5).getField(0));
        assertNull(rows.get(6).getField(0));
      }
    }
  }

  @Test
  void mistakesAreNamedWithOptionRuleAndValue() {
    SqlSession sql = new SqlSession(1, Collections.unmodifiableList(IMAGES));
    Path missing = directory.resolve("missing.onnx");
    sql.createModel("missing", SqlSession.PREDICTIONS, missing);
    assertFails(
        sql,
        "missing",
        ASYNCHRONOUS,
        "model default_catalog.default_database.missing cannot be opened with path '"
            + missing
            + "': model file "
            + missing
            + " cannot be read: java.nio.file.NoSuchFileException");
    sql.createModel("boxes_only", SqlSession.PREDICTIONS, box);
    assertFails(
        sql,
        "boxes_only",
        SYNCHRONOUS,
        "a classifier must be of a task with scores: box is of LOCALISE_SCR");
    sql.createModel("wrong", "label STRING", colour, "flip", "perhaps", "capacity", "3");
    assertFails(
        sql,
        "wrong",
        SYNCHRONOUS,
        "model default_catalog.default_database.wrong has 3 problem(s)",
        "there is no option capacity",
        "flip must be true or false: was 'perhaps'",
        "OUTPUT columns must be of predictions, boxes: was label STRING");
    sql.createModel("slow", SqlSession.PREDICTIONS, colour, "timeout", "10 min");
    assertFails(
        sql,
        "slow",
        ASYNCHRONOUS,
        "timeout must be below the timeout of an asynchronous ML_PREDICT (PT3M), after which Flink"
            + " fails the job: was PT10M");
    sql.tables.executeSql("CREATE TEMPORARY VIEW names AS SELECT id, 'x' AS image FROM images");
    sql.createModel("vgg", SqlSession.PREDICTIONS, colour);
    Exception failure =
        assertThrows(
            Exception.class,
            () ->
                sql.query(
                    "SELECT id, predictions FROM"
                        + " ML_PREDICT(TABLE names, MODEL vgg, DESCRIPTOR(image))"));
    String messages = SqlSession.messages(failure);
    assertTrue(messages.contains("image"), messages);
    assertTrue(messages.contains("CHAR(1)"), messages);
  }

  private static void assertFails(
      SqlSession sql, String model, String map, String... expectedMessages) {
    Exception failure =
        assertThrows(Exception.class, () -> sql.predict(model, "*", map), () -> model);
    String messages = SqlSession.messages(failure);
    for (String expected : expectedMessages) {
      assertTrue(messages.contains(expected), () -> expected + "\n not in:\n" + messages);
    }
  }
}
