package vggstream.train.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import vggstream.localise.Box;

/**
 * Labelled images below one folder. Holds paths, no pixels.
 *
 * @param root the folder
 * @param labels of the classes, by class index
 * @param samples the images, in an order that does not depend on the file system
 * @param storage of the images
 * @param boxes of the objects of each image's class, by the image's place among the samples; null
 *     if they were not asked for
 */
public record ImageSet(
    Path root,
    List<String> labels,
    List<Sample> samples,
    Storage storage,
    @Nullable ObjectBoxes boxes) {
  /** A label of ILSVRC: the id of a WordNet synset, and its words. */
  private static final Pattern WORDNET_ID = Pattern.compile("^(n\\d{8}) .*$");

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
    if (boxes != null && boxes.images() != samples.size()) {
      throw new IllegalArgumentException(
          "every one of the %d images must have boxes: %d have"
              .formatted(samples.size(), boxes.images()));
    }
  }

  /** Images without boxes. */
  public ImageSet(Path root, List<String> labels, List<Sample> samples, Storage storage) {
    this(root, labels, samples, storage, null);
  }

  /** Images that are files. */
  public ImageSet(Path root, List<String> labels, List<Sample> samples) {
    this(root, labels, samples, Storage.FILES);
  }

  /** Number of images. */
  public int size() {
    return samples.size();
  }

  /** The file that an image is, or stands in. */
  public Path file(Sample sample) {
    String path = sample.path();
    return root.resolve(
        storage == Storage.FILES ? path : path.substring(0, path.lastIndexOf(Storage.RECORD)));
  }

  /**
   * SHA-256, in hexadecimal, of the labels, of the images' paths and classes, of the sizes of their
   * files, and of the boxes where there are any. Looks at every file, but reads none.
   */
  public String fingerprint() {
    long[] sizes = samples.parallelStream().mapToLong(this::fileSize).toArray();
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    labels.forEach(label -> digest.update((label + "\n").getBytes(StandardCharsets.UTF_8)));
    for (int i = 0; i < sizes.length; i++) {
      Sample s = samples.get(i);
      String line = s.classIndex() + " " + sizes[i] + " " + s.path() + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
      if (boxes != null) {
        for (Box box : boxes.of(i)) {
          digest.update((box + "\n").getBytes(StandardCharsets.UTF_8));
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private long fileSize(Sample sample) {
    try {
      return Files.size(file(sample));
    } catch (IOException e) {
      return -1; // it will be reported when it is to be read
    }
  }

  /**
   * The same images with the class indices of other labels.
   *
   * @throws DataException if an image's class is not among them
   */
  public ImageSet withLabels(List<String> other) throws DataException {
    if (other.equals(labels)) {
      return this;
    }
    int[] index = new int[labels.size()]; // by class index here: there, or -1
    Map<String, Integer> places = new HashMap<>();
    for (int c = other.size() - 1; c >= 0; c--) {
      places.put(WORDNET_ID.matcher(other.get(c)).replaceFirst("$1"), c);
    }
    for (int c = other.size() - 1; c >= 0; c--) {
      places.put(other.get(c), c);
    }
    for (int c = 0; c < index.length; c++) {
      String label = labels.get(c);
      index[c] =
          places.getOrDefault(
              label, places.getOrDefault(WORDNET_ID.matcher(label).replaceFirst("$1"), -1));
    }
    List<String> unknown =
        samples.stream()
            .mapToInt(Sample::classIndex)
            .distinct()
            .filter(c -> index[c] < 0)
            .sorted()
            .mapToObj(labels::get)
            .toList();
    if (!unknown.isEmpty()) {
      throw new DataException(
          "%s: every class with images must be one of the %d known classes %s: found %s"
              .formatted(
                  root,
                  other.size(),
                  ImageFolder.abbreviate(other),
                  ImageFolder.abbreviate(unknown)));
    }
    return new ImageSet(
        root,
        other,
        samples.stream().map(s -> new Sample(s.path(), index[s.classIndex()])).toList(),
        storage,
        boxes);
  }

  /** Some of the images, in that order. */
  ImageSet subset(int[] images) {
    return new ImageSet(
        root,
        labels,
        IntStream.of(images).mapToObj(samples::get).toList(),
        storage,
        boxes == null ? null : boxes.subset(images));
  }

  /** The same images with boxes. */
  ImageSet withBoxes(ObjectBoxes other) {
    return new ImageSet(root, labels, samples, storage, other);
  }
}
