package vggstream.local.scene;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import vggstream.localise.Box;

/**
 * Still scenes as a labelled data set with boxes: a folder for each class under {@code train},
 * {@code val} and {@code test}, and annotations beside them, under {@code Annotations}, in ILSVRC's
 * and PASCAL VOC's XML. Each image is drawn from (seed, split, number) alone, so a larger set holds
 * the smaller one, and no split shares a scene with another.
 *
 * @param seed of the whole set
 * @param width of an image, pixels
 * @param height of an image, pixels
 */
public record SceneDataSet(long seed, int width, int height) {

  private static final String ANNOTATIONS = "Annotations";

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
   * Writes images 0 to count - 1 of a split to {@code directory/<split>/<class>/<number>.jpg}, and
   * where their things are to {@code directory/Annotations/<split>/<class>/<number>.xml}.
   *
   * @throws FileAlreadyExistsException if one of the split's folders exists and is not empty
   */
  public void write(Split split, int count, Path directory) throws IOException {
    Path images = directory.resolve(split.folder());
    Path annotations = directory.resolve(ANNOTATIONS).resolve(split.folder());
    for (Path folder : List.of(images, annotations)) {
      requireEmpty(folder);
      for (Thing thing : Thing.values()) {
        Files.createDirectories(folder.resolve(thing.label()));
      }
    }
    try {
      IntStream.range(0, count)
          .parallel()
          .forEach(
              number -> {
                Frame frame = image(split, number);
                String label = frame.thing().label();
                String name = "%06d".formatted(number);
                try {
                  Files.write(images.resolve(label).resolve(name + ".jpg"), frame.toJpeg());
                  Files.writeString(
                      annotations.resolve(label).resolve(name + ".xml"), annotation(frame, name));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void requireEmpty(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        if (files.findAny().isPresent()) {
          throw new FileAlreadyExistsException(folder.toString(), null, "not empty");
        }
      }
    }
  }

  /** What ILSVRC says of an image: the thing's first and last pixels, from 0. */
  static String annotation(Frame frame, String name) {
    Box box = frame.box();
    return """
        <annotation>
          <filename>%s.jpg</filename>
          <size><width>%d</width><height>%d</height><depth>3</depth></size>
          <object>
            <name>%s</name>
            <bndbox><xmin>%d</xmin><ymin>%d</ymin><xmax>%d</xmax><ymax>%d</ymax></bndbox>
          </object>
        </annotation>
        """
        .formatted(
            name,
            frame.image().getWidth(),
            frame.image().getHeight(),
            frame.thing().label(),
            (int) box.xMin(),
            (int) box.yMin(),
            (int) box.xMax() - 1,
            (int) box.yMax() - 1);
  }
}
