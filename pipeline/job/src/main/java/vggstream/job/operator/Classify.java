package vggstream.job.operator;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.apache.flink.util.FlinkException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vggstream.classify.RankedClass;
import vggstream.classify.TopK;
import vggstream.job.batch.Classifier;
import vggstream.job.batch.Outcome;
import vggstream.job.codec.AnswerWriter;
import vggstream.job.codec.DeadLetterReason;
import vggstream.job.codec.DeadLetterStage;
import vggstream.job.codec.EncodedRecord;
import vggstream.job.codec.ImageRequest;
import vggstream.job.codec.ModelStamp;
import vggstream.job.codec.Reference;
import vggstream.job.config.JobOptions;
import vggstream.job.fetch.Fetched;
import vggstream.job.fetch.Fetcher;
import vggstream.model.ModelCard;

/**
 * Classifies images in micro-batches shared with the other subtasks of the process. Each image is
 * answered by a prediction or a dead letter; only a process that cannot go on (a native library is
 * missing, memory is exhausted) fails the job.
 */
public final class Classify extends RichAsyncFunction<ImageRequest, EncodedRecord> {
  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(Classify.class);

  /** The one role until models are released by topic. */
  private static final String ROLE = "PRIMARY";

  /** Attribute of predictions: name and version of the localiser, if it has a file of its own. */
  static final String LOCALISER = "vgg.localiser";

  /** Attribute of predictions: SHA-256 of that file. */
  static final String LOCALISER_SHA256 = "vgg.localiser.sha256";

  /** Everything that exists only while the operator runs. */
  private record Running(
      Classifier classifier,
      Fetcher fetcher,
      ModelStamp stamp,
      AnswerWriter writer,
      ClassifyMetrics metrics) {}

  private final JobOptions options;
  private final ClassifierFactory classifiers;
  private transient @Nullable Running running;
  private transient @Nullable Map<ResultFuture<EncodedRecord>, InFlight> inFlight;

  public Classify(JobOptions options, ClassifierFactory classifiers) {
    this.options = options;
    this.classifiers = classifiers;
  }

  @Override
  public void open(OpenContext context) {
    Fetcher fetcher = Fetcher.open(options.fetch());
    Classifier classifier = classifiers.open(options.classifier());
    Map<ResultFuture<EncodedRecord>, InFlight> images = new ConcurrentHashMap<>();
    inFlight = images;
    ModelStamp stamp = stamp(classifier);
    ClassifyMetrics metrics =
        new ClassifyMetrics(getRuntimeContext().getMetricGroup(), images.values());
    metrics.batchesOf(classifier);
    metrics.fetchesOf(fetcher);
    metrics.model(stamp, classifier, () -> 1);
    running =
        new Running(
            classifier, fetcher, stamp, Answers.writer(options, Clock.systemUTC()), metrics);
  }

  private static ModelStamp stamp(Classifier classifier) {
    Map<String, String> attributes = new HashMap<>();
    ModelCard localiser = classifier.localiserCard();
    String sha256 = classifier.localiserSha256();
    if (localiser != null && sha256 != null) {
      attributes.put(LOCALISER, localiser.name() + " " + localiser.version());
      attributes.put(LOCALISER_SHA256, sha256);
    }
    return new ModelStamp(
        classifier.name(),
        classifier.version(),
        classifier.sha256(),
        ROLE,
        classifier.protocol().scales(),
        classifier.protocol().flip(),
        classifier.card().labels(),
        attributes);
  }

  @Override
  public void asyncInvoke(ImageRequest request, ResultFuture<EncodedRecord> future) {
    Running now = running();
    InFlight image = new InFlight();
    inFlight().put(future, image);
    Reference reference = request.reference();
    if (reference == null) {
      classify(now, request, request.payload(), image, future);
    } else {
      image.begin(
          () ->
              now.fetcher.fetch(reference, fetched -> fetched(now, request, fetched, image, future))
                  ::cancel);
    }
  }

  /** Takes an image out; null if its answer is on its way already. */
  private @Nullable InFlight end(Running now, ResultFuture<EncodedRecord> future) {
    InFlight image = inFlight().remove(future);
    if (image != null) {
      now.metrics.answered(image.nanos());
    }
    return image;
  }

  private void fetched(
      Running now,
      ImageRequest request,
      Fetched fetched,
      InFlight image,
      ResultFuture<EncodedRecord> future) {
    now.metrics.fetched(image.nanos());
    try {
      if (fetched instanceof Fetched.Image read) {
        classify(now, request, read.encoded(), image, future);
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

  private void classify(
      Running now,
      ImageRequest request,
      ByteBuffer encoded,
      InFlight image,
      ResultFuture<EncodedRecord> future) {
    image.encoded(encoded.remaining());
    image.begin(
        () ->
            now.classifier.submit(
                    encoded,
                    outcome -> {
                      if (end(now, future) != null) { // else it is the timeout's
                        answer(now, request, outcome, future);
                      }
                    })
                ::cancel);
  }

  private void answer(
      Running now, ImageRequest request, Outcome outcome, ResultFuture<EncodedRecord> future) {
    if (outcome instanceof Outcome.Broken broken) {
      fail(broken.cause(), future);
      return;
    }
    try {
      future.complete(List.of(encode(now, request, outcome)));
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

  private EncodedRecord encode(Running now, ImageRequest request, Outcome outcome) {
    if (outcome instanceof Outcome.Classified classified) {
      try {
        return prediction(now, request, classified);
      } catch (RuntimeException e) { // one record must not stop the job
        LOG.warn("The prediction for {} cannot be written", request.eventId(), e);
        return letter(
            now, request, DeadLetterReason.UNEXPECTED, DeadLetterStage.WRITE, e.toString());
      }
    }
    if (outcome instanceof Outcome.Rejected rejected) {
      LOG.debug("{} of {}: {}", rejected.reason(), request.eventId(), rejected.message());
      return letter(
          now,
          request,
          DeadLetterReason.valueOf(rejected.reason()),
          DeadLetterStage.valueOf(rejected.stage().name()),
          rejected.message());
    }
    throw new IllegalStateException("no answer for " + outcome);
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
      Running now, ImageRequest request, Outcome.Classified classified) {
    List<RankedClass> ranked =
        TopK.of(
            classified.posterior(), now.classifier.card().labels(), options.classifier().topK());
    EncodedRecord answer = now.writer.prediction(request, now.stamp, classified, ranked);
    now.metrics.classified(classified.timings());
    switch (answer.kind()) {
      case PREDICTION -> now.metrics.predicted();
      case DEAD_LETTER -> now.metrics.refused(DeadLetterReason.ANSWER_TOO_LARGE);
    }
    return answer;
  }

  @Override
  public void timeout(ImageRequest request, ResultFuture<EncodedRecord> future) {
    Running now = running();
    InFlight image = end(now, future);
    if (image == null) {
      return; // its answer is on its way
    }
    image.cancel();
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

  private Map<ResultFuture<EncodedRecord>, InFlight> inFlight() {
    if (inFlight == null) {
      throw new IllegalStateException("open() must be called first");
    }
    return inFlight;
  }

  @Override
  public void close() {
    if (inFlight != null) {
      inFlight.values().forEach(InFlight::cancel);
    }
    if (running != null) {
      running.fetcher.close();
      running.classifier.close();
      running = null;
    }
  }
}
