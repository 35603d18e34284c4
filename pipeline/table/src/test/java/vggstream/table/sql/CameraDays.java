package vggstream.table.sql;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import vggstream.schema.DeadLetter;
import vggstream.schema.ImageInfo;
import vggstream.schema.LabelledBox;
import vggstream.schema.Model;
import vggstream.schema.Origin;
import vggstream.schema.Prediction;
import vggstream.schema.RankedLabel;
import vggstream.schema.TestProtocol;
import vggstream.schema.Timings;

/**
 * Two days of three cameras: answers of two model versions, of a shadow, and dead letters; each
 * list in the order of time. The same at every run.
 */
final class CameraDays {
  private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");
  private static final List<String> LABELS = List.of("car", "dog", "owl", "tram", "nothing");
  private static final int FRAMES = 340; // of a camera and day

  final List<Prediction> predictions = new ArrayList<>();
  final List<Prediction> shadow = new ArrayList<>();
  final List<DeadLetter> letters = new ArrayList<>();

  private final Random random = new Random(20);

  CameraDays() {
    for (int day = 0; day < 2; day++) {
      for (String source : List.of("door", "yard", "gate")) {
        addDay(source, day);
      }
    }
    predictions.sort(Comparator.comparing(Prediction::getCapturedAt));
    shadow.sort(Comparator.comparing(Prediction::getCapturedAt));
    String[] reasons = {"TRUNCATED", "CORRUPT", "TOO_LARGE"};
    for (int i = 0; i < 90; i++) {
      String reason = reasons[random.nextInt(3)];
      letters.add(
          new DeadLetter(
              new Origin("image-events", 0, (long) i),
              random.nextBoolean() ? "event-" + i : null,
              reason,
              reason.equals("TOO_LARGE") ? "RESCALE" : "DECODE",
              "rule " + random.nextInt(9),
              START.plusSeconds(1900L * i).plusMillis(random.nextInt(1000)),
              null,
              Map.of()));
    }
  }

  private void addDay(String source, int day) {
    long millis = 86_400_000L * day + 3_600_000L * 7 + random.nextInt(10_000);
    int label = random.nextInt(LABELS.size());
    for (int i = 0; i < FRAMES; i++) {
      millis += 1 + random.nextInt(i % 20 == 0 ? 900_000 : 20_000);
      if (random.nextInt(4) == 0) {
        label = random.nextInt(LABELS.size());
      }
      String eventId = "%s/%d/%d".formatted(source, day, i);
      Instant at = START.plusMillis(millis);
      String version = day == 0 ? "1" : "2";
      predictions.add(prediction(eventId, source, at, version, "PRIMARY", label));
      int shadows = random.nextInt(5) == 0 ? random.nextInt(LABELS.size()) : label;
      if (random.nextInt(10) > 0) { // it has not answered all
        shadow.add(prediction(eventId, source, at, "3", "SHADOW", shadows));
      }
    }
  }

  private Prediction prediction(
      String eventId, String source, Instant at, String version, String role, int label) {
    List<RankedLabel> ranked = new ArrayList<>();
    float probability = 0.3f + 0.7f * random.nextFloat();
    for (int r = 0; r < 3; r++) {
      int index = (label + r) % LABELS.size();
      ranked.add(new RankedLabel(r + 1, index, LABELS.get(index), probability));
      probability *= 0.3f * random.nextFloat();
    }
    return new Prediction(
        eventId,
        source,
        at,
        at.plusMillis(100 + random.nextInt(300)),
        new Model("vgg", version, "0".repeat(64), role),
        new ImageInfo(640, 480, "JPEG"),
        new TestProtocol(List.of(256), true, "NONE"),
        ranked,
        boxes(ranked),
        new Timings(
            (long) random.nextInt(20_000),
            (long) random.nextInt(30_000),
            (long) random.nextInt(200_000),
            1 + random.nextInt(16)),
        new Origin("image-events", 0, (long) predictions.size()),
        Map.of());
  }

  private List<LabelledBox> boxes(List<RankedLabel> ranked) {
    List<LabelledBox> boxes = new ArrayList<>();
    for (RankedLabel one : ranked.subList(0, random.nextInt(3))) {
      float x = random.nextFloat() * 0.5f;
      float y = random.nextFloat() * 0.5f;
      float w = random.nextFloat() * 0.5f;
      float h = random.nextFloat() * 0.5f;
      boxes.add(
          new LabelledBox(
              one.getClassIndex(),
              one.getLabel(),
              random.nextFloat(),
              640 * x,
              480 * y,
              640 * (x + 2 * w * 0.99f * (1 - x)),
              480 * (y + h),
              x,
              y,
              x + 2 * w * 0.99f * (1 - x),
              y + h));
    }
    return Collections.unmodifiableList(boxes);
  }
}
