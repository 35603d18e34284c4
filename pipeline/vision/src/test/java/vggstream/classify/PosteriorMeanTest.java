package vggstream.classify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PosteriorMeanTest {
  private static double[] meanOf(float[]... views) {
    PosteriorMean mean = new PosteriorMean(views[0].length);
    for (float[] view : views) {
      mean.add(FloatBuffer.wrap(view), 0);
    }
    return mean.mean();
  }

  @Test
  void oneViewGivesItsSoftMax() {
    float[] scores = {(float) Math.log(1), (float) Math.log(2), (float) Math.log(5)};
    assertArrayEquals(new double[] {0.125, 0.25, 0.625}, meanOf(scores), 1e-7);
  }

  @Test
  void posteriorsAreAveragedAndNotScores() {
    float far = 40; // softmax of (40, 0) is (1, 0) to 1e-17
    assertArrayEquals(
        new double[] {0.75, 0.25}, meanOf(new float[] {far, 0}, new float[] {1, 1}), 1e-12);
  }

  @Test
  void scoresStartAtTheOffset() {
    PosteriorMean mean = new PosteriorMean(2);
    mean.add(FloatBuffer.wrap(new float[] {9, 9, 0, (float) Math.log(3)}), 2);
    assertArrayEquals(new double[] {0.25, 0.75}, mean.mean(), 1e-7);
    assertEquals(1, mean.views());
  }

  @Test
  void largeScoresDoNotOverflow() {
    double[] mean = meanOf(new float[] {Float.MAX_VALUE, -Float.MAX_VALUE, 0});
    assertArrayEquals(new double[] {1, 0, 0}, mean);
  }

  @Test
  void sumsToOneWhateverTheOrderOfTheViews() {
    Random random = new Random(3);
    List<float[]> views = new ArrayList<>();
    for (int v = 0; v < 60; v++) {
      float[] scores = new float[1000];
      for (int k = 0; k < scores.length; k++) {
        scores[k] = (float) random.nextGaussian() * 10;
      }
      views.add(scores);
    }
    double[] first = meanOf(views.toArray(float[][]::new));
    assertEquals(1, Arrays.stream(first).sum(), 1e-12);
    Collections.shuffle(views, random);
    assertArrayEquals(first, meanOf(views.toArray(float[][]::new)), 1e-12);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void scoreThatIsNotFiniteIsRefusedAndChangesNothing(float bad) {
    PosteriorMean mean = new PosteriorMean(2);
    mean.add(FloatBuffer.wrap(new float[] {0, 0}), 0);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> mean.add(FloatBuffer.wrap(new float[] {1, bad}), 0));
    assertTrue(e.getMessage().contains("class 1 was " + bad), e.getMessage());
    assertArrayEquals(new double[] {0.5, 0.5}, mean.mean());
  }

  @Test
  void noViewHasNoMean() {
    assertThrows(IllegalStateException.class, new PosteriorMean(3)::mean);
    assertThrows(IllegalArgumentException.class, () -> new PosteriorMean(0));
  }
}
