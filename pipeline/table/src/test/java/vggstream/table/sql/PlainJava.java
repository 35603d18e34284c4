package vggstream.table.sql;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.types.Row;
import vggstream.schema.DeadLetter;
import vggstream.schema.LabelledBox;
import vggstream.schema.Prediction;
import vggstream.schema.RankedLabel;
import vggstream.schema.Timings;

/** What the queries answer, computed without SQL; rows in any order. */
final class PlainJava {
  private final CameraDays days;

  PlainJava(CameraDays days) {
    this.days = days;
  }

  private static LocalDateTime utc(Instant at) {
    return LocalDateTime.ofInstant(at, ZoneOffset.UTC);
  }

  private static LocalDateTime floor(Instant at, ChronoUnit unit) {
    return utc(at.truncatedTo(unit));
  }

  private static RankedLabel top(Prediction p) {
    return p.getPredictions().get(0);
  }

  private static <T> Map<List<Object>, List<T>> group(
      List<T> records, Function<T, List<Object>> key) {
    return records.stream().collect(Collectors.groupingBy(key));
  }

  List<Row> topLabelsPerMinute() {
    Map<List<Object>, List<Row>> byMinute = new HashMap<>();
    group(
            days.predictions,
            p ->
                List.of(
                    floor(p.getCapturedAt(), ChronoUnit.MINUTES), p.getSource(), top(p).getLabel()))
        .forEach(
            (key, some) ->
                byMinute
                    .computeIfAbsent(key.subList(0, 2), k -> new ArrayList<>())
                    .add(
                        Row.of(
                            key.get(0),
                            key.get(1),
                            key.get(2),
                            (long) some.size(),
                            some.stream()
                                .mapToDouble(p -> top(p).getProbability())
                                .average()
                                .orElseThrow())));
    List<Row> rows = new ArrayList<>();
    for (List<Row> labels : byMinute.values()) {
      labels.sort(
          Comparator.comparing((Row row) -> -(Long) row.getField(3))
              .thenComparing(row -> (String) row.getField(2)));
      for (int i = 0; i < Math.min(3, labels.size()); i++) {
        rows.add(Row.join(labels.get(i), Row.of((long) (i + 1))));
      }
    }
    return rows;
  }

  List<Row> confidenceDrift() {
    Map<List<Object>, Double> shares = new HashMap<>();
    group(
            days.predictions,
            p -> List.of(floor(p.getCapturedAt(), ChronoUnit.DAYS), (Object) p.getSource()))
        .forEach(
            (day, frames) ->
                group(frames, p -> List.of(Math.min(9, (int) (top(p).getProbability() * 10.0))))
                    .forEach(
                        (tenth, some) ->
                            shares.put(
                                List.of(day.get(0), day.get(1), tenth.get(0)),
                                (double) some.size() / frames.size())));
    List<Row> rows = new ArrayList<>();
    shares.forEach(
        (key, share) -> {
          LocalDateTime yesterday = ((LocalDateTime) key.get(0)).minusDays(1);
          Double before = shares.get(List.of(yesterday, key.get(1), key.get(2)));
          rows.add(
              Row.of(
                  key.get(0),
                  key.get(1),
                  key.get(2),
                  share,
                  before,
                  share - (before == null ? 0 : before)));
        });
    return rows;
  }

  private Map<String, List<Prediction>> bySource() {
    return days.predictions.stream().collect(Collectors.groupingBy(Prediction::getSource));
  }

  List<Row> topLabelChanged() {
    List<Row> rows = new ArrayList<>();
    bySource()
        .forEach(
            (source, frames) -> {
              for (int i = 1; i < frames.size(); i++) {
                String before = top(frames.get(i - 1)).getLabel();
                Prediction p = frames.get(i);
                if (!before.equals(top(p).getLabel())) {
                  rows.add(
                      Row.of(
                          utc(p.getCapturedAt()),
                          source,
                          p.getEventId(),
                          before,
                          top(p).getLabel()));
                }
              }
            });
    return rows;
  }

  List<Row> largeBoxes() {
    List<Row> rows = new ArrayList<>();
    for (Prediction p : days.predictions) {
      for (LabelledBox b : p.getBoxes()) {
        double part =
            (double) (b.getXMaxNormalised() - b.getXMinNormalised())
                * (double) (b.getYMaxNormalised() - b.getYMinNormalised());
        if (part > 0.25) {
          rows.add(Row.of(p.getEventId(), p.getSource(), b.getLabel(), b.getScore(), part));
        }
      }
    }
    return rows;
  }

  List<Row> latencyPercentiles() {
    List<Row> rows = new ArrayList<>();
    group(
            days.predictions,
            p ->
                List.of(
                    floor(p.getCapturedAt(), ChronoUnit.HOURS), (Object) p.getModel().getVersion()))
        .forEach(
            (key, some) -> {
              double[] millis =
                  some.stream()
                      .map(Prediction::getTimings)
                      .mapToDouble(PlainJava::millis)
                      .sorted()
                      .toArray();
              rows.add(
                  Row.of(
                      key.get(0),
                      key.get(1),
                      (long) millis.length,
                      percentile(millis, 0.5),
                      percentile(millis, 0.95),
                      percentile(millis, 0.99)));
            });
    return rows;
  }

  private static double millis(Timings t) {
    return (t.getDecodeMicros() + t.getQueueMicros() + t.getInferenceMicros()) / 1000.0;
  }

  private static double percentile(double[] sorted, double p) {
    double at = (sorted.length - 1) * p;
    int low = (int) at;
    int high = Math.min(sorted.length - 1, low + 1);
    return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
  }

  List<Row> shadowAgreement() {
    Map<String, Prediction> shadow =
        days.shadow.stream().collect(Collectors.toMap(Prediction::getEventId, p -> p));
    List<Row> rows = new ArrayList<>();
    group(
            days.predictions.stream().filter(p -> shadow.containsKey(p.getEventId())).toList(),
            p -> List.of(floor(p.getCapturedAt(), ChronoUnit.HOURS), (Object) p.getSource()))
        .forEach(
            (key, some) -> {
              long agree =
                  some.stream()
                      .filter(
                          p -> top(p).getLabel().equals(top(shadow.get(p.getEventId())).getLabel()))
                      .count();
              rows.add(
                  Row.of(key.get(0), key.get(1), (long) some.size(), (double) agree / some.size()));
            });
    return rows;
  }

  List<Row> deadLettersByReason() {
    List<Row> rows = new ArrayList<>();
    group(
            days.letters,
            l ->
                List.of(
                    floor(l.getOccurredAt(), ChronoUnit.HOURS),
                    (Object) l.getReason(),
                    l.getStage()))
        .forEach(
            (key, some) ->
                rows.add(
                    Row.of(
                        key.get(0),
                        key.get(1),
                        key.get(2),
                        (long) some.size(),
                        some.stream()
                            .map(DeadLetter::getMessage)
                            .min(Comparator.naturalOrder())
                            .orElseThrow())));
    return rows;
  }

  List<Row> labelSessions() {
    List<Row> rows = new ArrayList<>();
    group(days.predictions, p -> List.of(p.getSource(), (Object) top(p).getLabel()))
        .forEach(
            (key, frames) -> {
              int first = 0;
              for (int i = 1; i <= frames.size(); i++) {
                if (i == frames.size()
                    || frames
                        .get(i)
                        .getCapturedAt()
                        .isAfter(frames.get(i - 1).getCapturedAt().plusSeconds(30))) {
                  rows.add(
                      Row.of(
                          key.get(0),
                          key.get(1),
                          utc(frames.get(first).getCapturedAt()),
                          utc(frames.get(i - 1).getCapturedAt()),
                          (long) (i - first)));
                  first = i;
                }
              }
            });
    return rows;
  }

  List<Row> cameraNow() {
    List<Row> rows = new ArrayList<>();
    new TreeMap<>(bySource())
        .forEach(
            (source, frames) -> {
              Prediction last = frames.get(frames.size() - 1);
              rows.add(
                  Row.of(
                      source,
                      utc(last.getCapturedAt()),
                      top(last).getLabel(),
                      top(last).getProbability()));
            });
    return rows;
  }
}
