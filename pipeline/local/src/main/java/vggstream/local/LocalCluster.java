package vggstream.local;

import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * A Flink cluster in this JVM: a JobManager and one TaskManager, with Flink's web UI on 127.0.0.1.
 */
public final class LocalCluster implements AutoCloseable {
  private final MiniCluster cluster;
  private final Configuration configuration;
  private final URI ui;

  private LocalCluster(MiniCluster cluster, Configuration configuration, URI ui) {
    this.cluster = cluster;
    this.configuration = configuration;
    this.ui = ui;
  }

  /**
   * Starts a cluster.
   *
   * @param directory for its temporary files and the checkpoints
   * @param slots parallelism that it can run, at least 1
   * @param uiPort of the web UI, 0..65535; 0: any free port
   * @throws IllegalStateException with Flink's reason if it does not start
   */
  public static LocalCluster start(Path directory, int slots, int uiPort) {
    return start(directory, slots, uiPort, new Configuration());
  }

  /**
   * As {@link #start(Path, int, int)}.
   *
   * @param more settings of the cluster, such as reporters of metrics; they win
   */
  public static LocalCluster start(Path directory, int slots, int uiPort, Configuration more) {
    if (slots < 1) {
      throw new IllegalArgumentException("slots must be at least 1: was " + slots);
    }
    if (uiPort < 0 || uiPort > 65_535) {
      throw new IllegalArgumentException("uiPort must be within 0..65535: was " + uiPort);
    }
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.ADDRESS, "127.0.0.1");
    configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
    configuration.set(RestOptions.BIND_PORT, Integer.toString(uiPort));
    configuration.set(WebOptions.SUBMIT_ENABLE, false);
    configuration.set(WebOptions.TMP_DIR, directory.resolve("web").toString());
    configuration.set(CoreOptions.TMP_DIRS, directory.resolve("tmp").toString());
    configuration.set(CoreOptions.DEFAULT_PARALLELISM, slots);
    configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        directory.resolve("checkpoints").toUri().toString());
    configuration.addAll(more);
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .build());
    try {
      cluster.start();
      return new LocalCluster(cluster, configuration, cluster.getRestAddress().get());
    } catch (Exception e) { // MiniCluster declares no narrower type
      cluster.closeAsync().join();
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new IllegalStateException("Flink's cluster does not start: " + Failures.message(e), e);
    }
  }

  /** Where Flink's web UI is. */
  public URI ui() {
    return ui;
  }

  /** An environment in which a job for this cluster is put together. */
  public StreamExecutionEnvironment environment() {
    return environment(new Configuration());
  }

  /**
   * As {@link #environment()}.
   *
   * @param job settings of the job, over those of the cluster
   */
  public StreamExecutionEnvironment environment(Configuration job) {
    Configuration settings = new Configuration(configuration);
    settings.addAll(job);
    return StreamExecutionEnvironment.getExecutionEnvironment(settings);
  }

  /**
   * Starts the job that was put together in {@link #environment}.
   *
   * @throws IllegalStateException with Flink's reason if it is refused
   */
  public LocalJob submit(StreamExecutionEnvironment environment) {
    StreamGraph graph = environment.getStreamGraph();
    graph.setJobId(JobID.generate()); // the mini cluster asks for one
    try {
      return new LocalJob(cluster, cluster.submitJob(graph).get().getJobID());
    } catch (ExecutionException e) {
      throw new IllegalStateException("Flink refuses the job: " + Failures.message(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the job was submitted", e);
    }
  }

  /** Stops the cluster and what runs on it, and waits until it has ended. */
  @Override
  public void close() {
    cluster.closeAsync().join();
  }
}
