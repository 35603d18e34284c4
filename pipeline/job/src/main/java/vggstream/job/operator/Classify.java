package vggstream.job.operator;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.apache.flink.util.FlinkException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vggstream.classify.RankedClass;
import vggstream.classify.TopK;
import vggstream.job.batch.ClassifierFactory;
import vggstream.job.batch.Outcome;
import vggstream.job.codec.AnswerWriter;
import vggstream.job.codec.DeadLetterReason;
import vggstream.job.codec.DeadLetterStage;
import vggstream.job.codec.EncodedRecord;
import vggstream.job.codec.ImageRequest;
import vggstream.job.codec.ModelRole;
import vggstream.job.codec.Reference;
import vggstream.job.config.JobOptions;
import vggstream.job.fetch.Fetched;
import vggstream.job.fetch.Fetcher;
import vggstream.job.metric.DeviceMemory;
import vggstream.job.release.ReleasedModels;
import vggstream.model.Device;

/**
 * Classifies images in micro-batches shared with the other subtasks of the process. Each image is
 * answered by a prediction or a dead letter; only a process that cannot go on (a native library is
 * missing, memory is exhausted) fails the job.
 */
public final class Classify extends RichAsyncFunction<ImageRequest, EncodedRecord> {
  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(Classify.class);

  /** Everything that exists only while the operator runs. */
  private record Running(
      Served own,
      ServedModels models,
      Fetcher fetcher,
      AnswerWriter writer,
      ClassifyMetrics metrics,
      DeviceMemory memory) {}

  /** An event in flight, and what was said of it so far. */
  private record Event(InFlight image, Answering answering) {}

  private final JobOptions options;
  private final ClassifierFactory classifiers;
  private transient @Nullable Running running;
  private transient @Nullable Map<ResultFuture<EncodedRecord>, Event> inFlight;

  public Classify(JobOptions options, ClassifierFactory classifiers) {
    this.options = options;
    this.classifiers = classifiers;
  }

  @Override
  public void open(OpenContext context) {
    Fetcher fetcher = Fetcher.open(options.fetch());
    Map<ResultFuture<EncodedRecord>, Event> events = new ConcurrentHashMap<>();
    inFlight = events;
    Served own = Served.of(classifiers.open(options.classifier()), ModelRole.PRIMARY);
    ServedModels models = new ServedModels(new ReleasedModels(options.classifier(), classifiers));
    ClassifyMetrics metrics =
        new ClassifyMetrics(
            getRuntimeContext().getMetricGroup(), () -> events.values().stream().map(Event::image));
    metrics.batchesOf(own.classifier());
    metrics.fetchesOf(fetcher);
    DeviceMemory memory = DeviceMemory.open(devices());
    metrics.memoryOf(memory);
    if (!options.releases().enabled()) { // else StampModels knows
      metrics.live(ModelRole.PRIMARY, own.classifier());
    }
    running =
        new Running(
            own, models, fetcher, Answers.writer(options, Clock.systemUTC()), metrics, memory);
  }

  private Set<Device> devices() {
    return options.classifier().devices().stream()
        .map(Device::parse)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  @Override
  public void asyncInvoke(ImageRequest request, ResultFuture<EncodedRecord> future) {
    Running now = running();
    InFlight image = new InFlight();
    Answering answering =
        new Answering(request, image, now.own, now.models, () -> ready(now, request, future));
    Event event = new Event(image, answering);
    inFlight().put(future, event);
    Reference reference = request.reference();
    if (reference == null) {
      answering.begin(request.payload());
    } else {
      image.begin(
          () ->
              now.fetcher.fetch(reference, fetched -> fetched(now, request, fetched, event, future))
                  ::cancel);
    }
  }

  /** Takes an event out; null if its answer is on its way already. */
  private @Nullable Event end(Running now, ResultFuture<EncodedRecord> future) {
    Event event = inFlight().remove(future);
    if (event != null) {
      now.metrics.answered(event.image.nanos());
      event.image.end();
    }
    return event;
  }

  private void fetched(
      Running now,
      ImageRequest request,
      Fetched fetched,
      Event event,
      ResultFuture<EncodedRecord> future) {
    now.metrics.fetched(event.image.nanos());
    try {
      if (fetched instanceof Fetched.Image read) {
        event.answering.begin(read.encoded());
      } else if (end(now, future) != null) { // else it is the timeout's
        if (fetched instanceof Fetched.Broken broken) {
          fail(broken.cause(), future);
        } else if (fetched instanceof Fetched.Refused refused) {
          LOG.debug("{} of {}: {}", refused.reason(), request.eventId(), refused.message());
          future.complete(
              List.of(
                  letter(
                      now, request, refused.reason(), DeadLetterStage.FETCH, refused.message())));
        }
      }
    } catch (Throwable e) { // an answer must not get lost
      fail(e, future);
    }
  }

  private void ready(Running now, ImageRequest request, ResultFuture<EncodedRecord> future) {
    Event event = end(now, future);
    Answering.Said said = event == null ? null : event.answering.answer();
    if (event != null && said != null) { // else it is the timeout's
      answer(now, request, event.answering, said, future);
    }
  }

  private void answer(
      Running now,
      ImageRequest request,
      Answering answering,
      Answering.Said said,
      ResultFuture<EncodedRecord> future) {
    if (said.outcome() instanceof Outcome.Broken broken) {
      fail(broken.cause(), future);
      return;
    }
    try {
      if (answering.fellBack()) {
        now.metrics.fellBack();
      }
      List<EncodedRecord> records = new ArrayList<>(2);
      records.add(encode(now, request, said));
      if (request.stamp().shadow() != null) {
        EncodedRecord shadow = shadow(now, request, said, answering.shadow());
        if (shadow != null) {
          records.add(shadow);
        }
      }
      future.complete(records);
    } catch (Throwable e) { // an answer must not get lost
      fail(e, future);
    }
  }

  /**
   * Fails the task on its own thread, while the image is still in the operator's state: {@link
   * ResultFuture#completeExceptionally} fails it from outside and takes the image out at once, so
   * that a checkpoint between the two would lose it.
   */
  private static void fail(Throwable cause, ResultFuture<EncodedRecord> future) {
    future.complete(
        () -> {
          throw new FlinkException("an image could not be answered", cause);
        });
  }

  private EncodedRecord encode(Running now, ImageRequest request, Answering.Said said) {
    if (said.outcome() instanceof Outcome.Classified classified) {
      try {
        return prediction(now, request, said.by(), classified);
      } catch (RuntimeException e) { // one record must not stop the job
        LOG.warn("The prediction for {} cannot be written", request.eventId(), e);
        return letter(
            now, request, DeadLetterReason.UNEXPECTED, DeadLetterStage.WRITE, e.toString());
      }
    }
    if (said.outcome() instanceof Outcome.Rejected rejected) {
      LOG.debug("{} of {}: {}", rejected.reason(), request.eventId(), rejected.message());
      return letter(
          now,
          request,
          DeadLetterReason.valueOf(rejected.reason()),
          DeadLetterStage.valueOf(rejected.stage().name()),
          rejected.message());
    }
    throw new IllegalStateException("no answer for " + said.outcome());
  }

  /** The shadow's prediction, null if there is none: what goes wrong with it is counted only. */
  private @Nullable EncodedRecord shadow(
      Running now, ImageRequest request, Answering.Said said, Answering.@Nullable Said second) {
    if (second != null && second.outcome() instanceof Outcome.Classified classified) {
      try {
        List<RankedClass> ranked = ranked(second.by(), classified);
        EncodedRecord record =
            now.writer.prediction(request, second.by().stamp(), classified, ranked);
        if (record.kind() == EncodedRecord.Kind.SHADOW_PREDICTION) {
          now.metrics.shadowed();
          if (said.outcome() instanceof Outcome.Classified first) {
            String label = ranked(said.by(), first).get(0).label();
            now.metrics.compared(label.equals(ranked.get(0).label()));
          }
          return record;
        }
      } catch (RuntimeException e) { // it must not keep the event from its answer
        LOG.warn("The shadow's prediction for {} cannot be written", request.eventId(), e);
      }
    }
    if (second == null || !(second.outcome() instanceof Outcome.Rejected)) {
      LOG.debug("{} has no answer of the shadow: {}", request.eventId(), second);
    }
    now.metrics.shadowFailed();
    return null;
  }

  private static EncodedRecord letter(
      Running now,
      ImageRequest request,
      DeadLetterReason reason,
      DeadLetterStage stage,
      String message) {
    now.metrics.refused(reason);
    return now.writer.deadLetter(request, reason, stage, message);
  }

  private EncodedRecord prediction(
      Running now, ImageRequest request, Served by, Outcome.Classified classified) {
    EncodedRecord answer =
        now.writer.prediction(request, by.stamp(), classified, ranked(by, classified));
    now.metrics.classified(classified.timings());
    if (answer.kind() == EncodedRecord.Kind.PREDICTION) {
      now.metrics.predicted();
      if (by.stamp().role() == ModelRole.PRIMARY) {
        now.metrics.answeredBy(by.classifier());
      }
    } else {
      now.metrics.refused(DeadLetterReason.ANSWER_TOO_LARGE);
    }
    return answer;
  }

  private List<RankedClass> ranked(Served by, Outcome.Classified classified) {
    return TopK.of(
        classified.posterior(), by.classifier().card().labels(), options.classifier().topK());
  }

  @Override
  public void timeout(ImageRequest request, ResultFuture<EncodedRecord> future) {
    Running now = running();
    Event event = end(now, future);
    if (event == null) {
      return; // its answer is on its way
    }
    event.image.cancel();
    Answering.Said said = event.answering.answer();
    if (said != null) { // only the shadow is late
      answer(now, request, event.answering, said, future);
      return;
    }
    future.complete(
        List.of(
            letter(
                now,
                request,
                DeadLetterReason.TIMEOUT,
                DeadLetterStage.CLASSIFY,
                "an image must be answered within %s: was not".formatted(options.timeout()))));
  }

  private Running running() {
    if (running == null) {
      throw new IllegalStateException("open() must be called first");
    }
    return running;
  }

  private Map<ResultFuture<EncodedRecord>, Event> inFlight() {
    if (inFlight == null) {
      throw new IllegalStateException("open() must be called first");
    }
    return inFlight;
  }

  @Override
  public void close() {
    if (inFlight != null) {
      inFlight.values().forEach(event -> event.image.cancel());
    }
    if (running != null) {
      running.memory.close();
      running.fetcher.close();
      running.models.close();
      running.own.classifier().close();
      running = null;
    }
  }
}
