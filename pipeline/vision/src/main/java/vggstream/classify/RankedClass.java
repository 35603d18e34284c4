package vggstream.classify;

/**
 * One of the top classes of an image.
 *
 * @param rank from 1
 * @param classIndex from 0
 * @param label of the class
 * @param probability posterior, 0..1
 */
public record RankedClass(int rank, int classIndex, String label, float probability) {

  public RankedClass {
    if (rank < 1 || classIndex < 0 || !(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "rank must be at least 1, classIndex at least 0, probability within 0..1: were %d, %d, %s"
              .formatted(rank, classIndex, probability));
    }
  }
}
