package vggstream.local.scene;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Still scenes as a labelled data set: a folder for each class under {@code train}, {@code val} and
 * {@code test}. Each image is drawn from (seed, split, number) alone, so a larger set holds the
 * smaller one, and no split shares a scene with another.
 *
 * @param seed of the whole set
 * @param width of an image, pixels
 * @param height of an image, pixels
 */
public record SceneDataSet(long seed, int width, int height) {

  /** The parts of the set. */
  public enum Split {
    TRAIN,
    VAL,
    TEST;

    /** The name of its folder. */
    public String folder() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public SceneDataSet {
    if (width < 32 || height < 32) {
      throw new IllegalArgumentException(
          "an image must be at least 32x32: was %dx%d".formatted(width, height));
    }
  }

  /** The image of a number from 0; classes take turns. */
  public Frame image(Split split, int number) {
    Random random =
        new Random((seed * Split.values().length + split.ordinal()) * 1_000_003L + number);
    random.nextInt(); // neighbouring seeds begin alike
    Thing thing = Thing.values()[number % Thing.values().length];
    return new Scene(random, thing, new Backdrop(random, width, height)).at(random.nextDouble());
  }

  /**
   * Writes images 0 to count - 1 of a split to {@code directory/<split>/<class>/<number>.jpg}.
   *
   * @throws FileAlreadyExistsException if the split's folder exists and is not empty
   */
  public void write(Split split, int count, Path directory) throws IOException {
    Path folder = directory.resolve(split.folder());
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        if (files.findAny().isPresent()) {
          throw new FileAlreadyExistsException(folder.toString(), null, "not empty");
        }
      }
    }
    for (Thing thing : Thing.values()) {
      Files.createDirectories(folder.resolve(thing.label()));
    }
    try {
      IntStream.range(0, count)
          .parallel()
          .forEach(
              number -> {
                Frame frame = image(split, number);
                Path file =
                    folder.resolve(frame.thing().label()).resolve("%06d.jpg".formatted(number));
                try {
                  Files.write(file, frame.toJpeg());
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
