package vggstream.job.operator;

import java.time.Clock;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import vggstream.job.codec.AnswerWriter;
import vggstream.job.codec.EncodedRecord;
import vggstream.job.config.JobOptions;

/**
 * Parts answers: predictions go on, those of a shadow to {@link #SHADOW_PREDICTIONS}, dead letters
 * to {@link #DEAD_LETTERS}.
 */
public final class Answers extends ProcessFunction<EncodedRecord, EncodedRecord> {
  private static final long serialVersionUID = 1L;

  /** Side output of dead letters. */
  public static final OutputTag<EncodedRecord> DEAD_LETTERS =
      new OutputTag<>("dead-letters", TypeInformation.of(EncodedRecord.class));

  /** Side output of predictions of a shadow. */
  public static final OutputTag<EncodedRecord> SHADOW_PREDICTIONS =
      new OutputTag<>("shadow-predictions", TypeInformation.of(EncodedRecord.class));

  static AnswerWriter writer(JobOptions options, Clock clock) {
    return new AnswerWriter(
        options.kafka().maxRecordBytes(), options.maxDeadLetterRecordBytes(), clock);
  }

  @Override
  public void processElement(EncodedRecord answer, Context context, Collector<EncodedRecord> out) {
    switch (answer.kind()) {
      case PREDICTION -> out.collect(answer);
      case SHADOW_PREDICTION -> context.output(SHADOW_PREDICTIONS, answer);
      case DEAD_LETTER -> context.output(DEAD_LETTERS, answer);
      case LIVE_MODEL -> throw new IllegalArgumentException("no answer: " + answer.kind());
    }
  }
}
