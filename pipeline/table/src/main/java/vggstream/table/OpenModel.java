package vggstream.table;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vggstream.job.batch.Classifier;
import vggstream.job.batch.MicroBatcher;
import vggstream.job.batch.Outcome;
import vggstream.job.batch.SharedClassifiers;
import vggstream.model.ModelException;

/**
 * A subtask's hold on a model that the process loaded once for all, and its images in flight.
 * Thread-safe.
 */
final class OpenModel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenModel.class);

  private final ModelSettings settings;
  private final Classifier classifier;
  private final AnswerRows rows;
  private final PredictMetrics metrics;
  private final ScheduledThreadPoolExecutor timeouts;
  private final Set<MicroBatcher.Ticket> inFlight = ConcurrentHashMap.newKeySet();

  private OpenModel(ModelSettings settings, Classifier classifier, MetricGroup group) {
    this.settings = settings;
    this.classifier = classifier;
    this.rows = new AnswerRows(settings, classifier.card().labels());
    this.metrics = new PredictMetrics(group, classifier);
    this.timeouts =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "vgg-predict-timeouts");
              thread.setDaemon(true);
              return thread;
            });
    timeouts.setRemoveOnCancelPolicy(true);
  }

  /**
   * Loads the model, unless somebody in this process has it.
   *
   * @throws FlinkRuntimeException naming model and options, if it cannot be had
   */
  static OpenModel open(ModelSettings settings, MetricGroup group) {
    Classifier classifier;
    try {
      classifier = SharedClassifiers.open(settings.classifier());
    } catch (ModelException | IllegalArgumentException e) {
      String localiser = settings.classifier().localiserFile();
      throw new FlinkRuntimeException(
          "model %s cannot be opened with path '%s'%s: %s"
              .formatted(
                  settings.name(),
                  String.join(",", settings.classifier().modelFiles()),
                  localiser == null ? "" : ", localiser '" + localiser + "'",
                  e.getMessage()),
          e);
    }
    try {
      return new OpenModel(settings, classifier, group);
    } catch (RuntimeException | Error e) {
      classifier.close();
      throw e;
    }
  }

  static OpenModel of(@Nullable OpenModel model) {
    if (model == null) {
      throw new IllegalStateException("a function must be open while it is used");
    }
    return model;
  }

  /**
   * One row for the image; it fails only if the process cannot go on.
   *
   * @param image encoded; null has an answer of NULLs
   */
  CompletableFuture<Collection<RowData>> answer(byte @Nullable [] image) {
    if (image == null) {
      return CompletableFuture.completedFuture(List.of(rows.nulls()));
    }
    CompletableFuture<Collection<RowData>> answer = new CompletableFuture<>();
    MicroBatcher.Ticket ticket =
        classifier.submit(ByteBuffer.wrap(image), outcome -> complete(answer, outcome));
    inFlight.add(ticket);
    Future<?> timeout =
        timeouts.schedule(
            () -> timedOut(answer, ticket), settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    answer.whenComplete(
        (rowsOfImage, failure) -> {
          timeout.cancel(/* mayInterruptIfRunning= */ false);
          inFlight.remove(ticket);
        });
    return answer;
  }

  private void complete(CompletableFuture<Collection<RowData>> answer, Outcome outcome) {
    if (outcome instanceof Outcome.Broken broken) {
      answer.completeExceptionally(broken.cause());
      return;
    }
    RowData row;
    try {
      row = row(outcome);
    } catch (RuntimeException e) { // one image must not stop the job
      LOG.warn("Model {}: an answer cannot be written", settings.name(), e);
      row = rows.rejected("UNEXPECTED", "WRITE", e.toString());
      metrics.rejected();
    }
    answer.complete(List.of(row));
  }

  private RowData row(Outcome outcome) {
    if (outcome instanceof Outcome.Rejected rejected) {
      LOG.debug(
          "Model {}: {} at {}: {}",
          settings.name(),
          rejected.reason(),
          rejected.stage(),
          rejected.message());
      metrics.rejected();
      return rows.rejected(rejected.reason(), rejected.stage().name(), rejected.message());
    }
    RowData row =
        outcome instanceof Outcome.Classified classified
            ? rows.classified(classified)
            : rows.embedded((Outcome.Embedded) outcome);
    metrics.answered();
    return row;
  }

  private void timedOut(CompletableFuture<Collection<RowData>> answer, MicroBatcher.Ticket ticket) {
    ticket.cancel();
    String message = "an answer must come within %s: none did".formatted(settings.timeout());
    if (answer.complete(List.of(rows.rejected("TIMEOUT", "CLASSIFY", message)))) {
      metrics.rejected();
    }
  }

  /** Gives up what is in flight, and the hold on the model. */
  @Override
  public void close() {
    timeouts.shutdownNow();
    inFlight.forEach(MicroBatcher.Ticket::cancel);
    inFlight.clear();
    classifier.close();
  }
}
