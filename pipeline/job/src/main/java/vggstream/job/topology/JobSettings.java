package vggstream.job.topology;

import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import vggstream.job.config.JobOptions;

/** Flink settings that the job's promises rest on; they win over the cluster's. */
public final class JobSettings {
  private JobSettings() {}

  /** The settings for these options. */
  public static Configuration of(JobOptions options) {
    Configuration settings = new Configuration();
    settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, options.checkpointInterval());
    settings.set(
        CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, options.restartDelay());
    settings.set(PipelineOptions.GENERIC_TYPES, false); // each type has a serializer of its own
    settings.set(PipelineOptions.OBJECT_REUSE, true); // no operator changes what it is given
    return settings;
  }
}
