package vggstream.train.data;

/**
 * One labelled image.
 *
 * @param path relative to the root of its {@link ImageSet}, with {@code /}; of a record in a file,
 *     the file, {@code #}, and the record's number from 0
 * @param classIndex index of its class, from 0
 */
public record Sample(String path, int classIndex) {
  public Sample {
    if (path.isEmpty()) {
      throw new IllegalArgumentException("path must not be empty");
    }
    if (classIndex < 0) {
      throw new IllegalArgumentException("classIndex must be at least 0: was " + classIndex);
    }
  }
}
