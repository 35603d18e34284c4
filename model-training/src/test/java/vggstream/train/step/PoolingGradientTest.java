package vggstream.train.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import vggstream.model.Device;
import vggstream.train.network.GradientStyle;
import vggstream.train.network.PoolingGradientGraph;

class PoolingGradientTest {
  private static final int SIDE = 4;
  private static final int HALF = SIDE / 2;

  @ParameterizedTest
  @EnumSource(
      value = GradientStyle.class,
      names = {"IMAGE_MAJOR", "POSITION_MAJOR", "WINOGRAD"})
  void eachWindowOfAFlatImagePassesItsGradientOnceInEqualShares(GradientStyle style) {
    float[] x = new float[SIDE * SIDE];
    Arrays.fill(x, 0.7f);
    float[] dy = {1, -2, 3, 0.5f};
    float[] dx = run(x, dy, style);
    for (int i = 0; i < SIDE; i++) {
      for (int j = 0; j < SIDE; j++) {
        assertEquals(dy[i / 2 * HALF + j / 2] / 4, dx[i * SIDE + j], 1e-7);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = GradientStyle.class,
      names = {"IMAGE_MAJOR", "POSITION_MAJOR", "WINOGRAD"})
  void windowsWithTwoAndThreeEqualMaximaSumToTheirGradient(GradientStyle style) {
    float[] x = {
      5, 5, 9, 1, //
      1, 1, 9, 9, //
      2, 3, 4, 4, //
      1, 0, 4, 4,
    };
    float[] dx = run(x, new float[] {6, 6, 6, 6}, style);
    float[] expected = {
      3, 3, 2, 0, //
      0, 0, 2, 2, //
      0, 6, 1.5f, 1.5f, //
      0, 0, 1.5f, 1.5f,
    };
    for (int i = 0; i < dx.length; i++) {
      assertEquals(expected[i], dx[i], 1e-6);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = GradientStyle.class,
      names = {"IMAGE_MAJOR", "POSITION_MAJOR", "WINOGRAD"})
  void aDistinctMaximumTakesAll(GradientStyle style) {
    float[] x = new float[SIDE * SIDE];
    Random random = new Random(1);
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextFloat();
    }
    float[] dy = {1, 2, 3, 4};
    float[] dx = run(x, dy, style);
    for (int i = 0; i < SIDE; i++) {
      for (int j = 0; j < SIDE; j++) {
        int corner = i / 2 * 2 * SIDE + j / 2 * 2;
        float max =
            Math.max(
                Math.max(x[corner], x[corner + 1]),
                Math.max(x[corner + SIDE], x[corner + SIDE + 1]));
        float expected = x[i * SIDE + j] == max ? dy[i / 2 * HALF + j / 2] : 0;
        assertEquals(expected, dx[i * SIDE + j]);
      }
    }
  }

  private static float[] run(float[] x, float[] dy, GradientStyle style) {
    byte[] model = PoolingGradientGraph.model(1, 1, SIDE, SIDE, style);
    try (NativeSession session = NativeSession.open(model, 2, new Device.Cpu(), false);
        NativeTensor in = NativeSession.allocateOnHost(x.length);
        NativeTensor gradient = NativeSession.allocateOnHost(dy.length);
        NativeTensor out = NativeSession.allocateOnHost(x.length);
        NativeBinding binding = session.bind()) {
      in.values(0, x.length).put(x);
      gradient.values(0, dy.length).put(dy);
      binding
          .input("x", in, 0, 1, 1, SIDE, SIDE)
          .input("dy", gradient, 0, 1, 1, HALF, HALF)
          .output("dx", out, 0, 1, 1, SIDE, SIDE);
      session.run(binding);
      FloatBuffer values = out.values(0, x.length);
      return Samples.array(values);
    }
  }
}
