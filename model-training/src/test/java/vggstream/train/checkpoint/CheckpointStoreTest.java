package vggstream.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.train.recipe.PlateauSchedule;

class CheckpointStoreTest {
  private static final int VALUES = 100_000;

  @TempDir private Path root;

  private static TrainingState state(long iteration, long bestIteration) {
    return new TrainingState(
        TrainingState.FORMAT,
        iteration,
        (int) iteration,
        0.1,
        3,
        new PlateauSchedule.State(0.001, 0.25, 1, 2, false),
        0.3,
        bestIteration,
        42,
        List.of("a", "b"),
        List.of(1.5f, 2f, 3f),
        null,
        "hash",
        new TrainingState.InitialisedFrom("there", "abc"),
        Map.of("epochs", "5"));
  }

  /** A tensor whose every value is the iteration. */
  private static List<TensorSource> tensors(long iteration) {
    return List.of(
        new TensorSource(
            "x",
            List.of((long) VALUES),
            into -> {
              for (int i = 0; i < VALUES; i++) {
                into.put(i, iteration);
              }
            }));
  }

  /** The newest checkpoint's iteration, once its values are seen to be of that iteration. */
  private static long newest(Path root) throws IOException {
    try (Checkpoint newest = new CheckpointStore(root).newest().orElseThrow()) {
      FloatBuffer values = FloatBuffer.allocate(VALUES);
      newest.read("x", values);
      for (float value : values.array()) {
        assertEquals(newest.state().iteration(), (long) value);
      }
      return newest.state().iteration();
    }
  }

  private static List<String> names(Path root) {
    try (Stream<Path> entries = Files.list(root)) {
      return entries.map(e -> e.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aCheckpointReadsBackAsItWasWritten() throws IOException {
    CheckpointStore store = new CheckpointStore(root);
    assertTrue(store.newest().isEmpty());
    store.write(state(7, 7), tensors(7));
    assertEquals(7, newest(root));
    try (Checkpoint read = store.newest().orElseThrow()) {
      assertEquals(state(7, 7), read.state());
    }
  }

  @Test
  void theNewestAndTheBestAreKept() throws IOException {
    CheckpointStore store = new CheckpointStore(root);
    store.write(state(1, 1), tensors(1));
    store.write(state(2, 2), tensors(2));
    assertEquals(List.of("checkpoint-000000002"), names(root));
    store.write(state(3, 2), tensors(3));
    store.write(state(4, 2), tensors(4));
    assertEquals(List.of("checkpoint-000000002", "checkpoint-000000004"), names(root));
    try (Checkpoint best = store.at(2)) {
      assertEquals(2, best.state().iteration());
    }
    store.write(state(1_000_000_000, 2), tensors(5));
    assertEquals(
        List.of("checkpoint-000000002", "checkpoint-1000000000"), names(root), "10 digits");
  }

  @Test
  void anInterruptionAtAnyStepLeavesACompleteCheckpoint() throws IOException {
    List<String> steps = new ArrayList<>();
    CheckpointStore watched = new CheckpointStore(root.resolve("watched"), steps::add);
    watched.write(state(1, 1), tensors(1));
    steps.clear();
    watched.write(state(2, 2), tensors(2));
    assertEquals(
        List.of(
            "directory made",
            "weights written",
            "state written",
            "renamed",
            "deleting",
            "condemned",
            "done"),
        steps);
    for (String fatal : steps) {
      Path run = root.resolve(fatal);
      new CheckpointStore(run).write(state(1, 1), tensors(1));
      CheckpointStore dying =
          new CheckpointStore(
              run,
              step -> {
                if (step.equals(fatal)) {
                  throw new AssertionError("killed");
                }
              });
      assertThrows(AssertionError.class, () -> dying.write(state(2, 2), tensors(2)));
      long expected = steps.indexOf(fatal) < steps.indexOf("renamed") ? 1 : 2;
      assertEquals(expected, newest(run), fatal);
      new CheckpointStore(run).write(state(3, 3), tensors(3));
      assertEquals(List.of("checkpoint-000000003"), names(run), "nothing is left of it");
    }
  }

  @Test
  void aFailedWriteLeavesNothingBehind() throws IOException {
    CheckpointStore store = new CheckpointStore(root);
    store.write(state(1, 1), tensors(1));
    TensorSource poisoned = new TensorSource("x", List.of(1L), into -> into.put(0, Float.NaN));
    assertThrows(NotFiniteException.class, () -> store.write(state(2, 2), List.of(poisoned)));
    assertEquals(List.of("checkpoint-000000001"), names(root));
    assertEquals(1, newest(root));
  }

  @Test
  void aDamagedCheckpointIsPassedOver() throws IOException {
    CheckpointStore store = new CheckpointStore(root);
    store.write(state(1, 1), tensors(1));
    store.write(state(2, 1), tensors(2));
    Files.writeString(root.resolve("checkpoint-000000002/state.json"), "{\"format\": 9}");
    assertEquals(1, newest(root));
    store.write(state(2, 1), tensors(2));
    assertEquals(2, newest(root));
  }

  /** Kills a process that writes checkpoints without pause, at random instants. */
  @Test
  void aKilledProcessLeavesACompleteCheckpoint() throws Exception {
    long last = 0;
    Random random = new Random(5);
    for (int round = 0; round < 4; round++) {
      Process writer =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xshare:auto",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Writer.class.getName(),
                  root.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader output = writer.inputReader()) {
        long written = last;
        for (int line = random.nextInt(30); line >= 0; line--) {
          String told = output.readLine();
          assertTrue(told != null, "the writer lives until it is killed");
          written = written(told, written);
        }
        writer.toHandle().destroyForcibly(); // keeps what it has written readable
        assertTrue(writer.waitFor(30, TimeUnit.SECONDS));
        String unread;
        while ((unread = output.readLine()) != null) {
          written = written(unread, written);
        }
        long found = newest(root);
        assertTrue(found >= written, "a written checkpoint is never lost");
        assertTrue(found >= last);
        last = found;
      } finally {
        writer.destroyForcibly();
      }
    }
    assertFalse(names(root).isEmpty());
  }

  /** The last iteration that the writer has told to be written. */
  private static long written(String told, long before) {
    return told.matches("done \\d+") ? Math.max(before, Long.parseLong(told.substring(5))) : before;
  }

  /** The process that is killed: goes on from the newest checkpoint and tells each step. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws IOException {
      Path root = Path.of(args[0]);
      CheckpointStore store = new CheckpointStore(root, System.out::println);
      long iteration = new CheckpointStore(root).newest().isEmpty() ? 0 : newest(root);
      while (true) {
        iteration++;
        store.write(state(iteration, iteration), tensors(iteration));
        System.out.println("done " + iteration);
      }
    }
  }
}
