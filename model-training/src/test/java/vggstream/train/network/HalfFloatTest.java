package vggstream.train.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfFloatTest {
  @Test
  void everyValueIsItsOwnNearest() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = HalfFloat.value((short) bits);
      if (Float.isNaN(value)) {
        assertTrue(Float.isNaN(HalfFloat.value(HalfFloat.bits(value))));
      } else {
        assertEquals((short) bits, HalfFloat.bits(value), () -> "bits of " + value);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, 0x3C00", "-2.0, 0xC000", "65504.0, 0x7BFF", "6.1035156E-5, 0x0400",
        "5.9604645E-8, 0x0001",
    "65519.99, 0x7BFF", "65520.0, 0x7C00", "-1.0E30, 0xFC00", "2.9E-8, 0x0000", "-0.0, 0x8000",
    "0.333333333, 0x3555", "1.00048828125, 0x3C00", "1.00146484375, 0x3C02"
  })
  void valuesHaveTheBitsOfTheStandard(float value, String bits) {
    assertEquals(Integer.decode(bits).shortValue(), HalfFloat.bits(value));
  }

  @Test
  void noOtherValueIsNearerThanTheChosenOne() {
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      float value = (float) Math.scalb(random.nextDouble(), random.nextInt(40) - 25);
      short chosen = HalfFloat.bits(Math.min(value, HalfFloat.LARGEST));
      BigDecimal exact = new BigDecimal(Math.min(value, HalfFloat.LARGEST));
      BigDecimal distance = exact.subtract(new BigDecimal(HalfFloat.value(chosen))).abs();
      for (int other : new int[] {chosen - 1, chosen + 1}) {
        if (other >= 0 && other < 0x7C00) {
          BigDecimal beside = exact.subtract(new BigDecimal(HalfFloat.value((short) other))).abs();
          int order = distance.compareTo(beside);
          assertTrue(order < 0 || (order == 0 && chosen % 2 == 0), () -> "nearest of " + value);
        }
      }
    }
  }
}
