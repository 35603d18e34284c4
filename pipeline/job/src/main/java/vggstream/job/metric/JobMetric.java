package vggstream.job.metric;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Every metric of the job. Those of a subtask lie in the scope of its operator, {@code <operator
 * scope>.vgg.<name>}; the labels are key-value groups between, so that Prometheus shows them as
 * labels.
 */
public enum JobMetric {
  PREDICTIONS("predictions", Kind.COUNTER, Of.SUBTASK, "predictions made"),
  ANSWERS_PER_SECOND(
      "answersPerSecond",
      Kind.METER,
      Of.SUBTASK,
      "predictions and dead letters a second, over the last minute"),
  DEAD_LETTERS("deadLetters", Kind.COUNTER, Of.SUBTASK, "dead letters written, of all reasons"),
  DEAD_LETTERS_BY_REASON(
      "deadLettersByReason",
      Kind.COUNTER,
      Of.SUBTASK,
      "dead letters of a reason; appears with the first",
      "reason"),
  IN_FLIGHT("inFlight", Kind.GAUGE, Of.SUBTASK, "images without an answer"),
  BYTES_IN_FLIGHT(
      "bytesInFlight", Kind.GAUGE, Of.SUBTASK, "encoded bytes of the images without an answer"),
  FETCH_MICROS(
      "fetchMicros",
      Kind.HISTOGRAM,
      Of.SUBTASK,
      "from the arrival of an event that gives a uri to its image, all attempts together,"
          + " microseconds"),
  FETCHED_BYTES("fetchedBytes", Kind.GAUGE, Of.SUBTASK, "bytes of the images read by uri"),
  FETCH_RETRIES(
      "fetchRetries",
      Kind.GAUGE,
      Of.SUBTASK,
      "attempts to read an image by uri that were repeated"),
  DECODE_MICROS(
      "decodeMicros",
      Kind.HISTOGRAM,
      Of.SUBTASK,
      "decoding and rescaling an image to all scales, microseconds"),
  QUEUE_MICROS(
      "queueMicros",
      Kind.HISTOGRAM,
      Of.SUBTASK,
      "an image's longest wait, over its scales, for a place in a batch and for the run,"
          + " microseconds"),
  INFERENCE_MICROS(
      "inferenceMicros",
      Kind.HISTOGRAM,
      Of.SUBTASK,
      "the runs that an image was part of, microseconds"),
  TOTAL_MICROS(
      "totalMicros",
      Kind.HISTOGRAM,
      Of.SUBTASK,
      "from an image's arrival at the operator to its answer, microseconds"),
  SHADOW_PREDICTIONS(
      "shadowPredictions", Kind.COUNTER, Of.SUBTASK, "predictions of the shadow made"),
  SHADOW_FAILURES(
      "shadowFailures",
      Kind.COUNTER,
      Of.SUBTASK,
      "images that have no prediction of the shadow although there is one"),
  SHADOW_COMPARISONS(
      "shadowComparisons",
      Kind.COUNTER,
      Of.SUBTASK,
      "images that have a prediction and one of the shadow"),
  SHADOW_AGREEMENTS(
      "shadowAgreements",
      Kind.COUNTER,
      Of.SUBTASK,
      "those of them where both name the same class first"),
  SHADOW_AGREEMENT("shadowAgreement", Kind.GAUGE, Of.SUBTASK, "their share, 0..1, since the start"),
  FALLBACKS(
      "fallbacks",
      Kind.COUNTER,
      Of.SUBTASK,
      "images answered by another model than they were stamped with, which could not be loaded"),
  RELEASES_REFUSED(
      "releasesRefused",
      Kind.COUNTER,
      Of.SUBTASK,
      "releases that were not put into service; of the operator `stamp-models`"),
  LIVE_MODEL(
      "liveModel",
      Kind.GAUGE,
      Of.SUBTASK,
      "1 while the model answers, 0 once it does not",
      "name",
      "version",
      "sha256",
      "role"),
  MODEL_LOAD_MILLIS(
      "modelLoadMillis",
      Kind.GAUGE,
      Of.PROCESS,
      "loading the model and its first runs, milliseconds",
      "name",
      "version",
      "sha256",
      "role"),
  BATCHES("batches", Kind.GAUGE, Of.PROCESS, "runs of the model"),
  BATCH_SIZE("batchSize", Kind.HISTOGRAM, Of.PROCESS, "images of a run"),
  BATCH_SIZE_MEAN("batchSizeMean", Kind.GAUGE, Of.PROCESS, "images a run, mean since the start"),
  BATCH_FILL(
      "batchFill",
      Kind.HISTOGRAM,
      Of.PROCESS,
      "images of a run, in percent of those that it had room for"),
  BATCH_SPLITS("batchSplits", Kind.GAUGE, Of.PROCESS, "failed runs that were repeated in halves"),
  BATCH_HALVINGS(
      "batchHalvings",
      Kind.GAUGE,
      Of.PROCESS,
      "how often the largest batch was halved, for memory did not suffice"),
  BATCH_PIXELS(
      "batchPixels", Kind.GAUGE, Of.PROCESS, "most pixels of a run, as it is after those halvings"),
  BATCH_BYTES("batchBytes", Kind.GAUGE, Of.PROCESS, "direct memory of batches"),
  INFERENCE_MILLIS("inferenceMillis", Kind.GAUGE, Of.PROCESS, "time spent in runs, milliseconds"),
  DEVICE_MEMORY_USED(
      "deviceMemoryUsed",
      Kind.GAUGE,
      Of.PROCESS,
      "bytes in use: of `cpu` resident ones of the process, of `cuda:N` those of all processes on"
          + " it; -1: not known",
      "device"),
  DEVICE_MEMORY_TOTAL(
      "deviceMemoryTotal",
      Kind.GAUGE,
      Of.PROCESS,
      "bytes that the device has: of `cpu` the container's limit or, without one, the machine's;"
          + " -1: not known",
      "device");

  /** {@code <operator scope>.vgg}. */
  public static final String GROUP = "vgg";

  /** What Flink knows it as. */
  public enum Kind {
    /** Only grows. */
    COUNTER,
    /** A value of the moment. */
    GAUGE,
    /** Quantiles of the last {@value RecentValues#KEPT} values. */
    HISTOGRAM,
    /** A rate. */
    METER
  }

  /** Whose it is. */
  public enum Of {
    /** Of one subtask. */
    SUBTASK,
    /** Of the process, whose subtasks share a model and its batches: each shows the same. */
    PROCESS
  }

  private final String metricName;
  private final Kind kind;
  private final Of of;
  private final String description;
  private final List<String> labels;

  JobMetric(String metricName, Kind kind, Of of, String description, String... labels) {
    this.metricName = metricName;
    this.kind = kind;
    this.of = of;
    this.description = description;
    this.labels = List.of(labels);
  }

  /** Its name in {@code <operator scope>.vgg}. */
  public String metricName() {
    return metricName;
  }

  public Kind kind() {
    return kind;
  }

  public Of of() {
    return of;
  }

  /** Part of a sentence, with its unit. */
  public String description() {
    return description;
  }

  /** Keys of its labels, in the order of their groups. */
  public List<String> labels() {
    return labels;
  }

  /** The row of the documentation's table. */
  public String row() {
    return "| `%s`%s | %s | %s | %s |"
        .formatted(
            metricName,
            of == Of.PROCESS ? " *" : "",
            kind.name().toLowerCase(Locale.ROOT),
            labels.isEmpty()
                ? ""
                : labels.stream().map(label -> "`" + label + "`").collect(Collectors.joining(", ")),
            description);
  }
}
