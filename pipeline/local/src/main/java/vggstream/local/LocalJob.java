package vggstream.local;

import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.scheduler.ExecutionGraphInfo;
import org.apache.flink.runtime.scheduler.exceptionhistory.RootExceptionHistoryEntry;

/** A job on a {@link LocalCluster}. */
public final class LocalJob {
  private static final long POLL_MILLIS = 100;
  private static final long ANSWER_SECONDS = 60;

  private final MiniCluster cluster;
  private final JobID id;

  LocalJob(MiniCluster cluster, JobID id) {
    this.cluster = cluster;
    this.id = id;
  }

  /**
   * Waits until every task of it runs, its model loaded.
   *
   * @throws IllegalStateException with the reason if it fails before, or does not run in time
   */
  public void awaitRunning(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!allTasksRun()) {
      Optional<String> failure = failure();
      if (failure.isPresent()) {
        throw new IllegalStateException("the job failed: " + failure.get());
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the job does not run after %d s: it is %s"
                .formatted(timeout.toSeconds(), graph().getArchivedExecutionGraph().getState()));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private boolean allTasksRun() throws InterruptedException {
    boolean any = false;
    for (AccessExecutionVertex task :
        graph().getArchivedExecutionGraph().getAllExecutionVertices()) {
      any = true;
      if (task.getExecutionState() != ExecutionState.RUNNING) {
        return false;
      }
    }
    return any;
  }

  /**
   * Why it failed, if it did: also where Flink has restarted it since, or is about to. One that was
   * stopped without failing says so too.
   */
  public Optional<String> failure() throws InterruptedException {
    ExecutionGraphInfo graph = graph();
    Iterator<RootExceptionHistoryEntry> history = graph.getExceptionHistory().iterator();
    if (history.hasNext()) {
      return Optional.of(Failures.message(history.next().getException()));
    }
    JobStatus status = graph.getArchivedExecutionGraph().getState();
    return status.isTerminalState() ? Optional.of("it ended as " + status) : Optional.empty();
  }

  /**
   * Stops it where it is, and waits until it has ended: its model is closed then, what it has not
   * committed is lost.
   */
  public void cancel() throws InterruptedException {
    try {
      cluster.cancelJob(id).get(ANSWER_SECONDS, TimeUnit.SECONDS);
      cluster.requestJobResult(id).get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("Flink does not stop the job: " + Failures.message(e), e);
    }
  }

  private ExecutionGraphInfo graph() throws InterruptedException {
    try {
      return cluster.getExecutionGraphInfo(id).get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("Flink does not answer: " + Failures.message(e), e);
    }
  }
}
