package vggstream.train.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PlateauScheduleTest {
  private static PlateauSchedule.State run(PlateauSchedule schedule, double... accuracies) {
    PlateauSchedule.State state = schedule.start(1);
    for (double accuracy : accuracies) {
      state = schedule.after(state, accuracy);
    }
    return state;
  }

  @Test
  void theRateFallsAfterPatienceEpochsWithoutImprovement() {
    PlateauSchedule schedule = new PlateauSchedule(0.5, 2, 0.01, 3);
    assertEquals(1, run(schedule, 0.1, 0.2, 0.2).learningRate());
    assertEquals(0.5, run(schedule, 0.1, 0.2, 0.2, 0.205).learningRate());
    assertEquals(1, run(schedule, 0.1, 0.2, 0.2, 0.21).learningRate(), "improved in time");
    assertEquals(0.5, run(schedule, 0.2, 0.1, 0.1, 0.1).learningRate(), "the count begins anew");
    assertEquals(0.25, run(schedule, 0.2, 0.1, 0.1, 0.1, 0.1).learningRate());
  }

  @Test
  void smallGainsAddUpAgainstTheSameReference() {
    PlateauSchedule schedule = new PlateauSchedule(0.1, 3, 0.01, 3);
    PlateauSchedule.State state = run(schedule, 0.5, 0.504, 0.508, 0.512);
    assertEquals(0, state.stale());
    assertEquals(0.512, state.reference());
  }

  @Test
  void trainingEndsWhenTheRateMayFallNoMore() {
    PlateauSchedule schedule = new PlateauSchedule(0.1, 1, 0, 1);
    assertFalse(run(schedule, 0.5, 0.5).finished());
    assertTrue(run(schedule, 0.5, 0.5, 0.5).finished());
    assertEquals(0.1, run(schedule, 0.5, 0.5, 0.5).learningRate());
  }

  @Test
  void anAccuracyOfZeroIsAReferenceToo() {
    PlateauSchedule schedule = new PlateauSchedule(0.1, 1, 0.01, 1);
    assertEquals(0, run(schedule, 0).reference());
    assertEquals(1, run(schedule, 0, 0).fallen());
  }

  @Test
  void valuesOutsideOfTheirRangesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new PlateauSchedule(1, 1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new PlateauSchedule(0.1, 0, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new PlateauSchedule(0.1, 1, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> new PlateauSchedule(0.1, 1, 0, -1));
  }
}
