package vggstream.job.topology;

import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import vggstream.job.batch.ClassifierFactory;
import vggstream.job.codec.EncodedRecord;
import vggstream.job.codec.ImageRequest;
import vggstream.job.codec.SourceRecord;
import vggstream.job.config.JobOptions;
import vggstream.job.operator.Answers;
import vggstream.job.operator.Classify;
import vggstream.job.operator.LiveModels;
import vggstream.job.operator.ReadEvents;
import vggstream.job.operator.StampModels;

/**
 * Records in; predictions and dead letters out:
 *
 * <pre>
 * records -> read-events -> event-time -> classify (async) -> watermarks -> answers -> predictions
 *                 \                                                            \
 *                  `------------------------------------------------------------`----> dead-letters
 * </pre>
 *
 * Where models are released by topic, {@code stamp-models} stands before {@code classify}, chained
 * to it, and gets all releases; it reports to {@code live-models}, which writes models-live; a
 * shadow's predictions leave {@code answers} beside the others.
 */
public final class ClassificationTopology {
  private final JobOptions options;
  private final ClassifierFactory classifiers;

  /**
   * @param classifiers where subtasks get their classifier
   */
  public ClassificationTopology(JobOptions options, ClassifierFactory classifiers) {
    this.options = options;
    this.classifiers = classifiers;
  }

  /** Adds the operators and sinks behind a stream of records; the options' model answers all. */
  public void define(
      DataStream<SourceRecord> records,
      Sink<EncodedRecord> predictions,
      Sink<EncodedRecord> deadLetters) {
    SingleOutputStreamOperator<ImageRequest> read = read(records);
    SingleOutputStreamOperator<EncodedRecord> answers = answer(timed(read));
    answers.sinkTo(predictions).uid("predictions").name("predictions");
    bury(deadLetters, read, answers);
  }

  /** Adds the operators and sinks behind a stream of records and one of releases. */
  public void define(
      DataStream<SourceRecord> records,
      Sink<EncodedRecord> predictions,
      Sink<EncodedRecord> deadLetters,
      ReleaseEnds ends) {
    SingleOutputStreamOperator<ImageRequest> read = read(records);
    SingleOutputStreamOperator<ImageRequest> stamped =
        timed(read)
            .connect(ends.releases().broadcast())
            .transform(
                "stamp-models",
                ImmutableType.ofClass(ImageRequest.class),
                new StampModels(options, classifiers))
            .uid("stamp-models")
            .name("stamp-models");
    SingleOutputStreamOperator<EncodedRecord> live =
        stamped
            .getSideOutput(StampModels.REPORTS)
            .process(new LiveModels(options), TypeInformation.of(EncodedRecord.class))
            .uid("live-models")
            .name("live-models")
            .setParallelism(1)
            .setMaxParallelism(1);
    live.sinkTo(ends.liveModels()).uid("models-live").name("models-live").setParallelism(1);
    SingleOutputStreamOperator<EncodedRecord> answers = answer(stamped);
    answers.sinkTo(predictions).uid("predictions").name("predictions");
    answers
        .getSideOutput(Answers.SHADOW_PREDICTIONS)
        .sinkTo(ends.shadowPredictions())
        .uid("shadow-predictions")
        .name("shadow-predictions");
    bury(deadLetters, read, answers, live);
  }

  private SingleOutputStreamOperator<ImageRequest> read(DataStream<SourceRecord> records) {
    return records
        .process(new ReadEvents(options), ImmutableType.ofClass(ImageRequest.class))
        .uid("read-events")
        .name("read-events");
  }

  private static SingleOutputStreamOperator<ImageRequest> timed(DataStream<ImageRequest> events) {
    return events
        .assignTimestampsAndWatermarks(EventTime.timestamps(Clock.systemUTC()))
        .uid("event-time")
        .name("event-time");
  }

  private SingleOutputStreamOperator<EncodedRecord> answer(DataStream<ImageRequest> events) {
    SingleOutputStreamOperator<EncodedRecord> answers =
        AsyncDataStream.unorderedWait(
                events,
                new Classify(options, classifiers),
                options.timeout().toMillis(),
                TimeUnit.MILLISECONDS,
                options.capacity())
            .returns(TypeInformation.of(EncodedRecord.class))
            .uid("classify")
            .name("classify");
    return answers
        .assignTimestampsAndWatermarks(EventTime.watermarks())
        .uid("watermarks")
        .name("watermarks")
        .process(new Answers(), TypeInformation.of(EncodedRecord.class))
        .uid("answers")
        .name("answers");
  }

  private static void bury(
      Sink<EncodedRecord> deadLetters, SingleOutputStreamOperator<?>... operators) {
    DataStream<EncodedRecord> all = operators[0].getSideOutput(Answers.DEAD_LETTERS);
    for (int i = 1; i < operators.length; i++) {
      all = all.union(operators[i].getSideOutput(Answers.DEAD_LETTERS));
    }
    all.sinkTo(deadLetters).uid("dead-letters").name("dead-letters");
  }
}
