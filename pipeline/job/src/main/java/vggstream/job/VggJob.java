package vggstream.job;

import java.util.Arrays;
import java.util.Set;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import vggstream.job.batch.ClassifierFactory;
import vggstream.job.codec.SourceRecord;
import vggstream.job.config.JobCommandLine;
import vggstream.job.config.JobOptions;
import vggstream.job.config.KafkaOptions;
import vggstream.job.config.ReleaseOptions;
import vggstream.job.kafka.KafkaEnds;
import vggstream.job.topology.ClassificationTopology;
import vggstream.job.topology.JobSettings;
import vggstream.job.topology.ReleaseEnds;

/** The job from Kafka to Kafka: its definition, and the main class of {@code vgg-job.jar}. */
public final class VggJob {
  /** Name of the job in Flink. */
  public static final String NAME = "vgg-stream";

  private static final Logger LOG = LoggerFactory.getLogger(VggJob.class);

  private VggJob() {}

  /** Adds the job, with the settings it rests on, to an environment; the caller executes it. */
  public static void define(StreamExecutionEnvironment environment, JobOptions options) {
    environment.configure(JobSettings.of(options));
    KafkaOptions kafka = options.kafka();
    ClassificationTopology topology = new ClassificationTopology(options, ClassifierFactory.SHARED);
    DataStream<SourceRecord> records =
        environment
            .fromSource(KafkaEnds.source(kafka), WatermarkStrategy.noWatermarks(), "image-events")
            .uid("image-events");
    ReleaseOptions releases = options.releases();
    String modelsTopic = releases.modelsTopic();
    if (modelsTopic == null) {
      topology.define(records, KafkaEnds.predictions(kafka), KafkaEnds.deadLetters(kafka));
      return;
    }
    topology.define(
        records,
        KafkaEnds.predictions(kafka),
        KafkaEnds.deadLetters(kafka),
        new ReleaseEnds(
            environment
                .fromSource(
                    KafkaEnds.releases(kafka, modelsTopic),
                    WatermarkStrategy.noWatermarks(),
                    "models")
                .uid("models")
                .setParallelism(1),
            KafkaEnds.liveModels(kafka, releases.modelsLiveTopic()),
            KafkaEnds.shadowPredictions(kafka, releases.shadowPredictionsTopic())));
  }

  /**
   * Runs the job on the cluster it is submitted to.
   *
   * @throws vggstream.job.config.OptionsException with every problem of the options
   */
  public static void main(String[] args) throws Exception {
    if (Arrays.asList(args).contains("--help")) {
      CommandSpec command = CommandSpec.create().name("vgg-job.jar");
      command.usageMessage().description("Classifies image events from Kafka, exactly once.");
      JobCommandLine.addOptions(command, Set.of());
      CommandLine line = new CommandLine(command);
      line.usage(line.getOut());
      return;
    }
    JobOptions options = JobCommandLine.parse(args);
    LOG.info("Options: {}", options);
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    define(environment, options);
    environment.execute(NAME);
  }
}
