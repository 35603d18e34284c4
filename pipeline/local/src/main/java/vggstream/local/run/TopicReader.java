package vggstream.local.run;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import vggstream.client.ClientException;
import vggstream.client.RecordTail;
import vggstream.schema.Origin;

/**
 * Reads a topic of answers in a thread of its own: each record goes into a file, then to whoever
 * counts.
 */
final class TopicReader<T extends SpecificRecord> implements AutoCloseable {
  private static final Duration POLL = Duration.ofSeconds(1);

  private final RecordTail<T> tail;
  private final JsonLines lines;
  private final Consumer<T> counter;
  private final Tally tally;
  private final Thread thread;
  private volatile boolean stopped;

  TopicReader(String name, RecordTail<T> tail, JsonLines lines, Consumer<T> counter, Tally tally) {
    this.tail = tail;
    this.lines = lines;
    this.counter = counter;
    this.tally = tally;
    this.thread = new Thread(this::read, "vgg-read-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void read() {
    RecordTail.Listener<T> listener =
        new RecordTail.Listener<>() {
          @Override
          public void received(Origin origin, T record) {
            try {
              lines.append(record);
              counter.accept(record);
            } catch (IOException e) {
              tally.fail("cannot write an answer: " + e);
            }
          }

          @Override
          public void undecodable(Origin origin, String reason) {
            tally.fail("cannot read the answer at %s: %s".formatted(origin, reason));
          }
        };
    try {
      while (!stopped) {
        tail.poll(POLL, listener);
      }
    } catch (ClientException e) {
      if (!stopped) {
        tally.fail("cannot read answers: " + e.getMessage());
      }
    } catch (RuntimeException e) {
      tally.fail("cannot read answers: " + e);
    }
  }

  /** Ends the thread, and disconnects. */
  @Override
  public void close() {
    stopped = true;
    tail.wakeup();
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    tail.close();
  }
}
