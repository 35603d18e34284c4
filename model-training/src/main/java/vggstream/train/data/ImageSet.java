package vggstream.train.data;

import java.nio.file.Path;
import java.util.List;

/**
 * Labelled images below one folder. Holds paths, no pixels.
 *
 * @param root the folder
 * @param labels of the classes, by class index
 * @param samples the images, in an order that does not depend on the file system
 */
public record ImageSet(Path root, List<String> labels, List<Sample> samples) {
  public ImageSet {
    labels = List.copyOf(labels);
    samples = List.copyOf(samples);
    for (Sample sample : samples) {
      if (sample.classIndex() >= labels.size()) {
        throw new IllegalArgumentException(
            "classIndex must be below the number of labels %d: was %s"
                .formatted(labels.size(), sample));
      }
    }
  }

  /** Number of images. */
  public int size() {
    return samples.size();
  }

  /** The file of an image. */
  public Path file(Sample sample) {
    return root.resolve(sample.path());
  }

  /** The same classes with other images. */
  ImageSet withSamples(List<Sample> other) {
    return new ImageSet(root, labels, other);
  }
}
