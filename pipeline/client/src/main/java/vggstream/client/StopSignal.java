package vggstream.client;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, or whatever ends the JVM: the command is told, and has a while to end by itself. Closed
 * when it has.
 */
final class StopSignal implements AutoCloseable {
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  private StopSignal(Runnable onStop, Duration patience) {
    hook = new Thread(() -> tell(onStop, patience), "stop");
  }

  /**
   * Begins to listen.
   *
   * @param onStop wakes the command, on another thread
   * @param patience how long the JVM waits for {@link #close}
   */
  static StopSignal listen(Runnable onStop, Duration patience) {
    var signal = new StopSignal(onStop, patience);
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  private void tell(Runnable onStop, Duration patience) {
    stop();
    onStop.run();
    try {
      ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** As if it had come. */
  void stop() {
    stopped.countDown();
  }

  boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /**
   * Waits for it.
   *
   * @return whether it came
   * @throws ClientException if this thread is interrupted
   */
  boolean await(long nanos) throws ClientException {
    try {
      return stopped.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientException("interrupted", e);
    }
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the JVM is going down: the hook is what ended the command
    }
  }
}
