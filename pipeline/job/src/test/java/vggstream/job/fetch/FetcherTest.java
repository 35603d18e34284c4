package vggstream.job.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import vggstream.job.codec.DeadLetterReason;
import vggstream.job.codec.Reference;
import vggstream.job.config.FetchOptions;
import vggstream.job.config.FileUri;

/** Attempts, deadlines and threads, over file systems that fail as told. */
@Timeout(60)
class FetcherTest {
  private static final List<FileUri> ROOTS = List.of(FileUri.parse("mem://b/"));
  private static final Duration LONG = Duration.ofMinutes(5);

  private final AtomicInteger opened = new AtomicInteger();
  private final BlockingQueue<Fetched> received = new LinkedBlockingQueue<>();
  private final List<Integer> pausesAfter = new ArrayList<>();

  private Fetcher fetcher(StoredFiles files, Duration timeout, int attempts, int threads) {
    return new Fetcher(
        new FetchOptions(ROOTS, timeout, attempts, threads, 1000),
        uri -> {
          opened.incrementAndGet();
          return files.open(uri);
        },
        failed -> {
          pausesAfter.add(failed);
          return 1;
        });
  }

  private static Reference reference(String name) {
    return new Reference("mem://b/" + name, null, null);
  }

  private static StoredFiles.Opened three(URI uri) {
    return new StoredFiles.Opened(3, new ByteArrayInputStream(new byte[3]));
  }

  private Fetched next() throws InterruptedException {
    Fetched fetched = received.poll(60, TimeUnit.SECONDS);
    assertTrue(fetched != null, "nothing was handed over");
    return fetched;
  }

  private Fetched.Refused refused(DeadLetterReason reason) throws InterruptedException {
    Fetched.Refused refused = assertInstanceOf(Fetched.Refused.class, next());
    assertEquals(reason, refused.reason(), refused.message());
    return refused;
  }

  @Test
  void eachImageIsHandedOverOnce() throws Exception {
    try (Fetcher fetcher = fetcher(FetcherTest::three, LONG, 1, 2)) {
      for (int i = 0; i < 50; i++) {
        fetcher.fetch(reference("x" + i), received::add);
      }
      for (int i = 0; i < 50; i++) {
        assertEquals(3, assertInstanceOf(Fetched.Image.class, next()).encoded().remaining());
      }
      assertEquals(50, fetcher.statistics().images());
      assertEquals(150, fetcher.statistics().bytes());
    }
    assertNull(received.poll());
  }

  @Test
  void errorsThatMayPassAreTriedAgainWithPauses() throws Exception {
    StoredFiles files =
        uri -> {
          switch (opened.get()) {
            case 1 -> throw new IOException("connection reset");
            case 2 -> throw new IllegalStateException("a client of its own kind");
            default -> {
              return three(uri);
            }
          }
        };
    try (Fetcher fetcher = fetcher(files, LONG, 3, 1)) {
      fetcher.fetch(reference("x"), received::add);
      assertInstanceOf(Fetched.Image.class, next());
      assertEquals(2, fetcher.statistics().retries());
    }
    assertEquals(List.of(1, 2), pausesAfter);
  }

  @Test
  void theLastAttemptSaysWhy() throws Exception {
    StoredFiles files =
        uri -> {
          throw new IOException("connection reset");
        };
    try (Fetcher fetcher = fetcher(files, LONG, 3, 1)) {
      fetcher.fetch(reference("x"), received::add);
      assertEquals(
          "mem://b/x could not be read at 3 attempts: java.io.IOException: connection reset",
          refused(DeadLetterReason.REFERENCE_UNREADABLE).message());
    }
    assertEquals(3, opened.get());
  }

  @Test
  void whatCannotPassIsNotTriedAgain() throws Exception {
    StoredFiles files =
        uri -> {
          throw new FileNotFoundException();
        };
    try (Fetcher fetcher = fetcher(files, LONG, 3, 1)) {
      fetcher.fetch(reference("x"), received::add);
      refused(DeadLetterReason.REFERENCE_NOT_FOUND);
      fetcher.fetch(new Reference("mem://other/x", null, null), received::add);
      refused(DeadLetterReason.REFERENCE_NOT_ALLOWED);
    }
    assertEquals(1, opened.get());
  }

  @Test
  void aFileSystemThatHangsIsInterruptedAtTheDeadlineAndItsThreadGoesOn() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    StoredFiles files =
        uri -> {
          if (opened.get() > 1) {
            return three(uri);
          }
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
          throw new IOException("interrupted");
        };
    try (Fetcher fetcher = fetcher(files, Duration.ofMillis(50), 3, 1)) {
      fetcher.fetch(reference("x"), received::add);
      assertEquals(
          "mem://b/x must be read within PT0.05S: was not",
          refused(DeadLetterReason.REFERENCE_TIMEOUT).message());
      assertTrue(interrupted.await(60, TimeUnit.SECONDS));
    }
    try (Fetcher fetcher = fetcher(files, LONG, 3, 1)) {
      fetcher.fetch(reference("y"), received::add);
      assertInstanceOf(Fetched.Image.class, next());
    }
  }

  @Test
  void theDeadlineCoversPausesToo() throws Exception {
    StoredFiles files =
        uri -> {
          throw new IOException("connection reset");
        };
    try (Fetcher fetcher =
        new Fetcher(
            new FetchOptions(ROOTS, Duration.ofMillis(50), 3, 1, 10), files, failed -> 300_000)) {
      fetcher.fetch(reference("x"), received::add);
      refused(DeadLetterReason.REFERENCE_TIMEOUT);
    }
  }

  @Test
  void onlySoManyAreReadAtATime() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch both = new CountDownLatch(2);
    StoredFiles files =
        uri -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          both.countDown();
          try {
            both.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          now.decrementAndGet();
          return three(uri);
        };
    try (Fetcher fetcher = fetcher(files, LONG, 1, 2)) {
      for (int i = 0; i < 20; i++) {
        fetcher.fetch(reference("x"), received::add);
      }
      for (int i = 0; i < 20; i++) {
        assertInstanceOf(Fetched.Image.class, next());
      }
    }
    assertEquals(2, most.get());
  }

  @Test
  void aMissingLibraryIsNotTheImagesFault() throws Exception {
    StoredFiles files =
        uri -> {
          throw new NoClassDefFoundError("com/example/Store");
        };
    try (Fetcher fetcher = fetcher(files, LONG, 3, 1)) {
      fetcher.fetch(reference("x"), received::add);
      Fetched.Broken broken = assertInstanceOf(Fetched.Broken.class, next());
      assertInstanceOf(NoClassDefFoundError.class, broken.cause());
    }
  }

  @Test
  void whatIsCancelledOrClosedIsNotHandedOverAndNoThreadIsLeft() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    StoredFiles files =
        uri -> {
          reading.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          return three(uri);
        };
    Fetcher fetcher = fetcher(files, LONG, 3, 1);
    Fetcher.Ticket first = fetcher.fetch(reference("x"), received::add);
    assertTrue(reading.await(60, TimeUnit.SECONDS));
    fetcher.fetch(reference("y"), received::add);
    first.cancel();
    fetcher.close();
    fetcher.fetch(reference("z"), received::add);
    assertNull(received.poll());
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("vgg-fetch-")) {
        thread.join(60_000);
      }
    }
  }

  @Test
  void pausesDoubleUpToTenSecondsGiveOrTakeHalf() {
    for (int failed = 1; failed < 100; failed++) {
      long middle = failed > 6 ? 10_000 : 200L << (failed - 1);
      long pause = Fetcher.pauseMillis(failed);
      assertTrue(pause >= middle / 2 && pause <= middle * 3 / 2, failed + ": " + pause);
    }
  }

  @Test
  void aRootWithoutAFileSystemIsAnErrorAtTheStart() {
    FetchOptions options = new FetchOptions(ROOTS, LONG, 3, 1, 10);
    var e = assertThrows(IllegalStateException.class, () -> Fetcher.open(options));
    assertTrue(
        e.getMessage().startsWith("fetch-roots: Flink must have a file system for mem://b/: "),
        e.getMessage());
  }
}
