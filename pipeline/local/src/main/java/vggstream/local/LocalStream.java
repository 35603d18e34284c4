package vggstream.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vggstream.job.VggJob;
import vggstream.job.config.JobOptions;
import vggstream.job.topology.JobSettings;

/**
 * A broker and a cluster in a temporary directory: all that the job needs to run on this machine.
 * Closing it, or ending the JVM, stops both and deletes the directory.
 */
public final class LocalStream implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalStream.class);

  private final Path directory;
  private final Thread onExit = new Thread(this::stop, "vgg-local-cleanup");
  private @Nullable EmbeddedBroker broker;
  private @Nullable LocalCluster cluster;
  private boolean stopped;

  private LocalStream(Path directory) {
    this.directory = directory;
  }

  /**
   * Starts both.
   *
   * @param temporary directory in which the temporary directory is made
   * @param slots parallelism that the cluster can run
   * @param uiPort of Flink's web UI; 0: any free port
   * @throws IllegalStateException with the reason if one does not start
   * @throws UncheckedIOException if the directory cannot be written
   */
  public static LocalStream start(Path temporary, int slots, int uiPort) {
    LocalStream stream;
    try {
      stream = new LocalStream(Files.createTempDirectory(temporary, "vgg-local"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a directory in " + temporary, e);
    }
    Runtime.getRuntime().addShutdownHook(stream.onExit);
    try {
      stream.broker = EmbeddedBroker.start(stream.directory.resolve("kafka"));
      stream.cluster = LocalCluster.start(stream.directory.resolve("flink"), slots, uiPort);
      return stream;
    } catch (Throwable e) {
      stream.close();
      throw e;
    }
  }

  /** The broker. */
  public EmbeddedBroker broker() {
    return started(broker);
  }

  /** The cluster. */
  public LocalCluster cluster() {
    return started(cluster);
  }

  /**
   * Makes the topics of the job and starts it.
   *
   * @param parallelism subtasks, and partitions of the input topic; at most the cluster's slots
   */
  public LocalJob start(JobOptions options, int parallelism) {
    broker().createTopic(options.kafka().inputTopic(), parallelism);
    broker().createTopic(options.kafka().predictionsTopic(), 1);
    broker().createTopic(options.kafka().deadLettersTopic(), 1);
    String models = options.releases().modelsTopic();
    if (models != null) {
      Map<String, String> compacted = Map.of("cleanup.policy", "compact");
      broker().createTopic(models, 1, compacted);
      broker().createTopic(options.releases().modelsLiveTopic(), 1, compacted);
      broker().createTopic(options.releases().shadowPredictionsTopic(), 1);
    }
    StreamExecutionEnvironment environment = cluster().environment(JobSettings.of(options));
    environment.setParallelism(parallelism);
    VggJob.define(environment, options);
    return cluster().submit(environment);
  }

  /** Where Flink's web UI is. */
  public URI ui() {
    return cluster().ui();
  }

  /** A name in the temporary directory, for a file that this stream needs. */
  public Path temporaryFile(String name) {
    return directory.resolve(name);
  }

  private static <T> T started(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the stream is closed");
    }
    return part;
  }

  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      // the JVM is ending: the hook runs, and finds all done
    }
  }

  private synchronized void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    try {
      if (cluster != null) {
        cluster.close();
      }
    } finally {
      if (broker != null) {
        broker.close();
      }
      delete(directory);
    }
  }

  /** Deletes a directory with all that is in it; what cannot be deleted stays. */
  private static void delete(Path directory) {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE; // it was deleted meanwhile
            }

            @Override
            public FileVisitResult postVisitDirectory(Path d, @Nullable IOException e)
                throws IOException {
              Files.deleteIfExists(d);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      LOG.warn("cannot delete {}: {}", directory, e.toString());
    }
  }
}
