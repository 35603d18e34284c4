package vggstream.video;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FrameChoiceTest {
  private static List<Integer> chosen(double perSecond, long... times) {
    var choice = new FrameChoice(perSecond);
    return IntStream.range(0, times.length).filter(i -> choice.take(times[i])).boxed().toList();
  }

  private static long[] even(double perSecond, int frames) {
    return LongStream.range(0, frames).map(i -> Math.round(i * 1e6 / perSecond)).toArray();
  }

  @Test
  void framesAreChosenByTheirTimeAndNotCounted() {
    assertEquals(List.of(0, 5, 10, 15), chosen(2, even(10, 20)));
    assertEquals(List.of(0, 15, 30, 45), chosen(2, even(30, 60)));
    assertEquals(
        List.of(0, 3, 4, 6),
        chosen(1, 0, 300_000, 900_000, 1_700_000, 2_000_000, 2_100_000, 9_000_000));
  }

  @Test
  void timesThatAContainerRoundedAreChosenAsIfTheyWereExact() {
    assertEquals(
        List.of(0, 15, 30),
        chosen(2, LongStream.range(0, 31).map(i -> (long) (i * 1000 / 30.0) * 1000).toArray()));
  }

  @Test
  void aRateThatDoesNotDivideTheVideosIsMetInTheMean() {
    assertEquals(70, chosen(7, even(29.97, 300)).size(), 1);
    assertEquals(10, chosen(0.5, even(25, 500)).size());
  }

  @Test
  void aRateAboveTheVideosChoosesAll() {
    assertEquals(50, chosen(1000, even(25, 50)).size());
    assertThrows(IllegalArgumentException.class, () -> new FrameChoice(0));
    assertThrows(IllegalArgumentException.class, () -> new FrameChoice(1001));
    assertThrows(IllegalArgumentException.class, () -> new FrameChoice(Double.NaN));
  }
}
