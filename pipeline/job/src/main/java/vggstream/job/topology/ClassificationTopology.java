package vggstream.job.topology;

import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import vggstream.job.codec.EncodedRecord;
import vggstream.job.codec.ImageRequest;
import vggstream.job.codec.SourceRecord;
import vggstream.job.config.JobOptions;
import vggstream.job.operator.Answers;
import vggstream.job.operator.ClassifierFactory;
import vggstream.job.operator.Classify;
import vggstream.job.operator.ReadEvents;

/**
 * Records in; predictions and dead letters out:
 *
 * <pre>
 * records -> read-events -> classify (async) -> answers -> predictions
 *                 \                                \
 *                  `--------------------------------`----> dead-letters
 * </pre>
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

  /** Adds the operators and sinks behind a stream of records. */
  public void define(
      DataStream<SourceRecord> records,
      Sink<EncodedRecord> predictions,
      Sink<EncodedRecord> deadLetters) {
    SingleOutputStreamOperator<ImageRequest> events =
        records
            .process(new ReadEvents(options), TypeInformation.of(ImageRequest.class))
            .uid("read-events")
            .name("read-events");
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
    SingleOutputStreamOperator<EncodedRecord> parted =
        answers
            .process(new Answers(), TypeInformation.of(EncodedRecord.class))
            .uid("answers")
            .name("answers");
    parted.sinkTo(predictions).uid("predictions").name("predictions");
    events
        .getSideOutput(Answers.DEAD_LETTERS)
        .union(parted.getSideOutput(Answers.DEAD_LETTERS))
        .sinkTo(deadLetters)
        .uid("dead-letters")
        .name("dead-letters");
  }
}
