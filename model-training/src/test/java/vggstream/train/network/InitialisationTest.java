package vggstream.train.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitialisationTest {
  private static final Network NETWORK =
      Network.of(new NetworkSpec(Configuration.A, 32, 1, 256, 10));

  /** conv4_2.weight: 512 x 512 x 3 x 3, fan-in and fan-out 4608. */
  private static final Parameter WEIGHT = NETWORK.parameter("conv4_2.weight");

  @ParameterizedTest
  @CsvSource({"glorot, 0.0147314", "he, 0.0208333", "normal, 0.01", "normal:0.1, 0.1"})
  void weightsHaveTheirDeviation(String text, double deviation) {
    float[] values = fill(Initialisation.parse(text), WEIGHT, 7);
    double sum = 0;
    double squares = 0;
    for (float v : values) {
      sum += v;
      squares += (double) v * v;
    }
    double mean = sum / values.length;
    assertEquals(0, mean, 0.005 * deviation);
    assertEquals(deviation, Math.sqrt(squares / values.length), 0.005 * deviation);
  }

  @Test
  void glorotIsUniform() {
    double limit = Math.sqrt(6.0 / 9216);
    for (float v : fill(new Initialisation.Glorot(), WEIGHT, 7)) {
      assertTrue(Math.abs(v) <= limit);
    }
  }

  @Test
  void biasesAreZero() {
    for (float v : fill(new Initialisation.He(), NETWORK.parameter("fc6.bias"), 7)) {
      assertEquals(0f, v);
    }
  }

  @Test
  void valuesDependOnSeedAndNameAlone() {
    Initialisation he = new Initialisation.He();
    float[] first = fill(he, WEIGHT, 7);
    Parameter other = NETWORK.parameter("conv5_1.weight");
    fill(he, other, 7);
    assertArrayEquals(first, fill(he, WEIGHT, 7));
    assertFalse(Arrays.equals(first, fill(he, WEIGHT, 8)));
    assertFalse(Arrays.equals(first, fill(he, other, 7)));
  }

  @Test
  void piecesInAnyOrderAreThoseOfTheWhole() {
    Initialisation he = new Initialisation.He();
    float[] whole = fill(he, WEIGHT, 7);
    ParameterSource source = he.source(NETWORK, 7);
    for (int first : new int[] {0, 1001, 1002, 500, 70_000, 3}) {
      float[] piece = new float[501];
      source.read(WEIGHT.name(), first, FloatBuffer.wrap(piece));
      assertArrayEquals(Arrays.copyOfRange(whole, first, first + 501), piece);
      source.read("fc6.bias", 0, FloatBuffer.wrap(piece));
      assertArrayEquals(new float[501], piece);
    }
  }

  @Test
  void unknownNamesAreRejected() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Initialisation.parse("zero"));
    assertEquals(
        "initialisation must be glorot, he, normal or normal:<deviation>: was zero",
        e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Initialisation.parse("normal:-1"));
    assertThrows(IllegalArgumentException.class, () -> Initialisation.parse("normal:x"));
  }

  private static float[] fill(Initialisation initialisation, Parameter p, long seed) {
    float[] values = new float[(int) p.elements()];
    Arrays.fill(values, Float.NaN);
    initialisation.fill(p, seed, FloatBuffer.wrap(values));
    return values;
  }
}
