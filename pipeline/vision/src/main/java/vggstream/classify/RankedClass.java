package vggstream.classify;

/**
 * One of the top classes of an image.
 *
 * @param rank from 1
 * @param classIndex from 0
 * @param label of the class
 * @param probability posterior, 0..1
 */
public record RankedClass(int rank, int classIndex, String label, float probability) {}
