package vggstream.train.data;

import java.util.List;

/**
 * The principal components of the RGB values of a training set, largest first.
 *
 * @param deviations standard deviation along each component, in units of pixel values 0..255: the
 *     square roots of the eigenvalues of the covariance (3)
 * @param directions of the components: unit vectors over red, green, blue, the eigenvectors (3, 3)
 */
public record PrincipalColours(List<Double> deviations, List<List<Double>> directions) {
  private static final int CHANNELS = 3;
  private static final int SWEEPS = 32; // a 3 x 3 matrix needs about 5

  public PrincipalColours {
    deviations = List.copyOf(deviations);
    directions = directions.stream().map(List::copyOf).toList();
    if (deviations.size() != CHANNELS
        || directions.size() != CHANNELS
        || directions.stream().anyMatch(d -> d.size() != CHANNELS)) {
      throw new IllegalArgumentException(
          "there must be 3 deviations and 3 directions of 3 channels: were %s, %s"
              .formatted(deviations, directions));
    }
    if (deviations.stream().anyMatch(d -> !(d >= 0) || d.isInfinite())) {
      throw new IllegalArgumentException("deviations must be at least 0: were " + deviations);
    }
  }

  /**
   * The components of a covariance.
   *
   * @param covariance of red, green, blue, in units of squared pixel values; symmetric (3, 3)
   */
  static PrincipalColours of(double[][] covariance) {
    double[][] a = new double[CHANNELS][];
    double[][] v = new double[CHANNELS][CHANNELS]; // its columns become the eigenvectors
    for (int i = 0; i < CHANNELS; i++) {
      a[i] = covariance[i].clone();
      v[i][i] = 1;
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int p = 0; p < CHANNELS - 1; p++) {
        for (int q = p + 1; q < CHANNELS; q++) {
          rotate(a, v, p, q);
        }
      }
    }
    List<Integer> order =
        List.of(0, 1, 2).stream().sorted((i, j) -> Double.compare(a[j][j], a[i][i])).toList();
    return new PrincipalColours(
        order.stream().map(i -> Math.sqrt(Math.max(0, a[i][i]))).toList(),
        order.stream().map(i -> List.of(v[0][i], v[1][i], v[2][i])).toList());
  }

  /** Jacobi's rotation that makes a[p][q] zero (Golub and Van Loan, section 8.5). */
  private static void rotate(double[][] a, double[][] v, int p, int q) {
    if (a[p][q] == 0) {
      return;
    }
    double tau = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = Math.copySign(1, tau) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
    double c = 1 / Math.sqrt(1 + t * t);
    double s = t * c;
    for (int k = 0; k < CHANNELS; k++) { // A J
      double kp = a[k][p];
      double kq = a[k][q];
      a[k][p] = c * kp - s * kq;
      a[k][q] = s * kp + c * kq;
      kp = v[k][p];
      kq = v[k][q];
      v[k][p] = c * kp - s * kq;
      v[k][q] = s * kp + c * kq;
    }
    for (int k = 0; k < CHANNELS; k++) { // J' (A J)
      double pk = a[p][k];
      double qk = a[q][k];
      a[p][k] = c * pk - s * qk;
      a[q][k] = s * pk + c * qk;
    }
  }
}
