package vggstream.train.data;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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

  /** SHA-256, in hexadecimal, of the labels and of the images' paths and classes. */
  public String fingerprint() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    labels.forEach(label -> digest.update((label + "\n").getBytes(StandardCharsets.UTF_8)));
    samples.forEach(
        s ->
            digest.update(
                (s.classIndex() + " " + s.path() + "\n").getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The same classes with other images. */
  ImageSet withSamples(List<Sample> other) {
    return new ImageSet(root, labels, other);
  }
}
