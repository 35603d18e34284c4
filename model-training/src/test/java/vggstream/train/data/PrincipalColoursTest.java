package vggstream.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrincipalColoursTest {
  @Test
  void theComponentsGiveTheCovarianceBack() {
    Random random = new Random(1);
    for (int trial = 0; trial < 100; trial++) {
      double[][] covariance = new double[3][3];
      for (int sample = 0; sample < 5; sample++) {
        double[] x = {random.nextGaussian() * 60, random.nextGaussian() * 9, random.nextGaussian()};
        for (int a = 0; a < 3; a++) {
          for (int b = 0; b < 3; b++) {
            covariance[a][b] += x[a] * x[b];
          }
        }
      }
      PrincipalColours colours = PrincipalColours.of(covariance);
      List<Double> s = colours.deviations();
      assertTrue(s.get(0) >= s.get(1) && s.get(1) >= s.get(2), s.toString());
      for (int a = 0; a < 3; a++) {
        for (int b = 0; b < 3; b++) {
          double back = 0;
          double dot = 0;
          for (int i = 0; i < 3; i++) {
            List<Double> p = colours.directions().get(i);
            back += s.get(i) * s.get(i) * p.get(a) * p.get(b);
            dot += colours.directions().get(a).get(i) * colours.directions().get(b).get(i);
          }
          assertEquals(covariance[a][b], back, 1e-9 * covariance[0][0]);
          assertEquals(a == b ? 1 : 0, dot, 1e-12);
        }
      }
    }
  }

  @Test
  void aSingularCovarianceHasComponentsToo() {
    double[][] gray = {{4, 4, 4}, {4, 4, 4}, {4, 4, 4}};
    PrincipalColours colours = PrincipalColours.of(gray);
    assertEquals(Math.sqrt(12), colours.deviations().get(0), 1e-9);
    assertEquals(0, colours.deviations().get(1), 1e-6);
    for (double d : colours.directions().get(0)) {
      assertEquals(Math.sqrt(1.0 / 3), Math.abs(d), 1e-9);
    }
    assertEquals(List.of(0.0, 0.0, 0.0), PrincipalColours.of(new double[3][3]).deviations());
  }

  @Test
  void shiftsHaveTheCovarianceOfTheColoursTimesTheSquaredStrength() {
    double[][] covariance = {{900, 500, 300}, {500, 700, 200}, {300, 200, 400}};
    ColourShift shift = new ColourShift(0.1, PrincipalColours.of(covariance));
    int n = 40_000;
    FloatBuffer drawn = FloatBuffer.allocate(3 * n);
    for (int i = 0; i < n; i++) {
      shift.write(7, i % 3, i, drawn, 3 * i);
    }
    for (int a = 0; a < 3; a++) {
      double mean = 0;
      for (int i = 0; i < n; i++) {
        mean += drawn.get(3 * i + a) / n;
      }
      assertEquals(0, mean, 0.06); // 4 standard errors
      for (int b = 0; b < 3; b++) {
        double product = 0;
        for (int i = 0; i < n; i++) {
          product += (double) drawn.get(3 * i + a) * drawn.get(3 * i + b) / n;
        }
        assertEquals(0.01 * covariance[a][b], product, 0.3);
      }
    }
  }

  @Test
  void eachUseOfAnImageDrawsAnew() {
    ColourShift shift =
        new ColourShift(0.1, PrincipalColours.of(new double[][] {{9, 0, 0}, {0, 4, 0}, {0, 0, 1}}));
    FloatBuffer drawn = FloatBuffer.allocate(9);
    shift.write(1, 0, 5, drawn, 0);
    shift.write(1, 1, 5, drawn, 3);
    shift.write(1, 0, 5, drawn, 6);
    assertTrue(drawn.get(0) != drawn.get(3));
    assertEquals(drawn.slice(0, 3), drawn.slice(6, 3));
  }

  @Test
  void whatIsNoComponentIsRefused() {
    List<List<Double>> axes = PrincipalColours.of(new double[3][3]).directions();
    assertThrows(
        IllegalArgumentException.class, () -> new PrincipalColours(List.of(1.0, 2.0), axes));
    assertThrows(
        IllegalArgumentException.class, () -> new PrincipalColours(List.of(1.0, 2.0, -1.0), axes));
    PrincipalColours colours = PrincipalColours.of(new double[3][3]);
    assertThrows(IllegalArgumentException.class, () -> new ColourShift(0, colours));
  }
}
