package vggstream.job.operator;

import java.time.Clock;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import vggstream.avro.RegistryException;
import vggstream.job.codec.AnswerWriter;
import vggstream.job.codec.EncodedRecord;
import vggstream.job.codec.FramedReader;
import vggstream.job.codec.ImageRequest;
import vggstream.job.codec.Reading;
import vggstream.job.codec.SourceRecord;
import vggstream.job.config.JobOptions;
import vggstream.job.metric.JobMetric;

/** Reads records as image events; what is none goes to {@link Answers#DEAD_LETTERS}. */
public final class ReadEvents extends ProcessFunction<SourceRecord, ImageRequest> {
  private static final long serialVersionUID = 1L;

  private static final OutputTag<EncodedRecord> DEAD_LETTERS = Answers.DEAD_LETTERS;

  private final JobOptions options;
  private transient @Nullable FramedReader reader;
  private transient @Nullable AnswerWriter writer;
  private transient @Nullable DeadLetterMetrics deadLetters;

  public ReadEvents(JobOptions options) {
    this.options = options;
  }

  @Override
  public void open(OpenContext context) {
    reader = new FramedReader(options.kafka().registry());
    writer = Answers.writer(options, Clock.systemUTC());
    deadLetters =
        new DeadLetterMetrics(getRuntimeContext().getMetricGroup().addGroup(JobMetric.GROUP));
  }

  @Override
  public void processElement(SourceRecord record, Context context, Collector<ImageRequest> out)
      throws RegistryException {
    if (reader == null || writer == null || deadLetters == null) {
      throw new IllegalStateException("open() must be called first");
    }
    Reading reading = reader.event(record);
    if (reading instanceof Reading.Event event) {
      out.collect(event.request());
    } else if (reading instanceof Reading.Unreadable unreadable) {
      deadLetters.count(unreadable.reason());
      context.output(DEAD_LETTERS, writer.deadLetter(record, unreadable));
    }
  }
}
