package vggstream.local.run;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a run went.
 *
 * @param predictions images that were classified
 * @param deadLettersByReason images that could not be, by reason
 * @param seconds from the first file sent to the last answer read
 * @param batchesBySize runs of the model by the number of images in them
 * @param latencyMicros from sending an image to its prediction, waiting in the topic included
 * @param decodeMicros decoding and rescaling an image, all scales
 * @param queueMicros waiting for a batch
 * @param inferenceMicros the runs that an image was part of
 */
public record Summary(
    int predictions,
    SortedMap<String, Integer> deadLettersByReason,
    double seconds,
    SortedMap<Integer, Long> batchesBySize,
    Percentiles latencyMicros,
    Percentiles decodeMicros,
    Percentiles queueMicros,
    Percentiles inferenceMicros) {

  private static final int BAR = 30;

  public Summary {
    batchesBySize = Collections.unmodifiableSortedMap(new TreeMap<>(batchesBySize));
    deadLettersByReason = Collections.unmodifiableSortedMap(new TreeMap<>(deadLettersByReason));
  }

  /** All images that were answered. */
  public int images() {
    return predictions + deadLetters();
  }

  /** Images that could not be classified. */
  public int deadLetters() {
    return deadLettersByReason.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** For people: some lines, each with its end. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    line(
        text, "images", "%d (%d predicted, %d dead letters)", images(), predictions, deadLetters());
    for (Map.Entry<String, Integer> reason : deadLettersByReason.entrySet()) {
      line(text, "", "%d %s", reason.getValue(), reason.getKey());
    }
    line(text, "seconds", "%.1f", seconds);
    line(text, "images/s", "%.1f", seconds > 0 ? images() / seconds : 0);
    line(
        text,
        "latency",
        "p50 %.0f ms, p95 %.0f ms, p99 %.0f ms (from sending; waiting in the topic included)",
        latencyMicros.p50() / 1e3,
        latencyMicros.p95() / 1e3,
        latencyMicros.p99() / 1e3);
    line(
        text,
        "of it",
        "decode %.1f ms, queue %.1f ms, inference %.1f ms (medians)",
        decodeMicros.p50() / 1e3,
        queueMicros.p50() / 1e3,
        inferenceMicros.p50() / 1e3);
    long most = batchesBySize.values().stream().mapToLong(Long::longValue).max().orElse(1);
    String name = "batches";
    for (Map.Entry<Integer, Long> batches : batchesBySize.entrySet()) {
      String bar = "#".repeat((int) Math.max(1, BAR * batches.getValue() / most));
      line(text, name, "%8d of %2d images  %s", batches.getValue(), batches.getKey(), bar);
      name = "";
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String format, Object... values) {
    text.append("%-10s".formatted(name))
        .append(String.format(Locale.ROOT, format, values))
        .append(System.lineSeparator());
  }
}
