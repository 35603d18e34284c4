package vggstream.local.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import vggstream.image.ImageDecoder;
import vggstream.image.ImageFormat;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.job.config.ClassifierOptions;
import vggstream.local.picture.BoxPainter;
import vggstream.local.picture.HeatMap;
import vggstream.local.picture.UprightImage;

/**
 * Draws the answers of a finished run into its images: a pass of its own over {@code
 * predictions.jsonl} and the images' files, upright. {@code OUT/annotated} gets boxes with label
 * and probability, {@code OUT/heatmap} the score map of the most probable class, which the stream
 * does not carry and which is therefore computed again here, at the largest scale.
 *
 * <p>The picture of {@code a/b.png} is {@code a/b.png.png}, that of {@code a/b.jpg} {@code
 * a/b.jpg.jpg}: an ending more than the image's name, so that no two images have one picture.
 */
public final class Pictures {
  static final String ANNOTATED = "annotated";
  static final String HEATMAP = "heatmap";

  /** A JPEG with more pixels a side is drawn at 1/2, 1/4 or 1/8 of its size. */
  private static final int SMALLER_SIDE = 1080;

  private static final int LINES_AT_ONCE = 256;
  private static final int MOST_REASONS = 5;

  /** Which images are annotated. */
  public enum Annotate {
    /** None. */
    NONE,
    /** Those whose answers have boxes. */
    BOXES,
    /** All; the most probable class is written into one without a box. */
    ALL
  }

  /**
   * What is drawn.
   *
   * @param annotate boxes, labels, probabilities
   * @param heatmap the score map of the most probable class
   */
  public record Kinds(Annotate annotate, boolean heatmap) {
    /** Nothing. */
    public static final Kinds NONE = new Kinds(Annotate.NONE, false);

    /** Whether there will be pictures whatever the answers are. */
    boolean certain() {
      return annotate == Annotate.ALL || heatmap;
    }
  }

  /**
   * What was drawn.
   *
   * @param annotated images with boxes or captions
   * @param heatmaps images with a heat map
   * @param failed images that could not be drawn or written
   * @param reasons why, of the first of them
   */
  public record Drawn(int annotated, int heatmaps, int failed, List<String> reasons) {
    public Drawn {
      reasons = List.copyOf(reasons);
    }
  }

  private final Path images;
  private final boolean folder;
  private final Path out;
  private final Kinds kinds;
  private final ClassifierOptions options;
  private final ImageDecoder decoder;
  private int annotated;
  private int heatmaps;
  private int failed;
  private final List<String> reasons = new ArrayList<>();

  Pictures(Path images, Path out, Kinds kinds, ClassifierOptions options) throws IOException {
    this.images = images.toRealPath();
    this.folder = Files.isDirectory(this.images);
    this.out = out;
    this.kinds = kinds;
    this.options = options;
    this.decoder =
        new ImageDecoder(new ImageLimits(options.maxImageBytes(), options.maxImagePixels()));
  }

  /**
   * Checks that no picture can take the place of an image, or become one of the next run.
   *
   * @throws IllegalArgumentException if a folder of pictures lies among the images, or they in it
   */
  static void requireApart(Path images, Path out) {
    Path from = real(images);
    for (String name : List.of(ANNOTATED, HEATMAP)) {
      Path to = real(out).resolve(name);
      if (to.startsWith(from) || from.startsWith(to)) {
        throw new IllegalArgumentException(
            "out must not lie among the images when pictures are drawn: %s and %s"
                .formatted(to, from));
      }
    }
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize(); // it is not there yet
    }
  }

  /**
   * Draws one picture after the other, several at a time.
   *
   * @param predictions the run's predictions.jsonl
   * @throws IOException if it cannot be read
   * @throws vggstream.model.ModelException if the network cannot be loaded for heat maps
   */
  Drawn draw(Path predictions, int parallelism) throws IOException, InterruptedException {
    if (kinds.equals(Kinds.NONE)) {
      return new Drawn(0, 0, 0, reasons);
    }
    ObjectMapper mapper = new ObjectMapper();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            parallelism,
            task -> {
              Thread thread = new Thread(task, "vgg-pictures");
              thread.setDaemon(true);
              return thread;
            });
    try (HeatMaps maps = kinds.heatmap() ? HeatMaps.open(options, parallelism) : null;
        BufferedReader lines = Files.newBufferedReader(predictions)) {
      List<Callable<@Nullable Void>> tasks = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode prediction = mapper.readTree(line);
        tasks.add(
            () -> {
              draw(Answer.of(prediction), maps);
              return null;
            });
        if (tasks.size() == LINES_AT_ONCE) {
          run(threads, tasks);
        }
      }
      run(threads, tasks);
    } finally {
      threads.shutdownNow();
    }
    return new Drawn(annotated, heatmaps, failed, reasons);
  }

  private static void run(ExecutorService threads, List<Callable<@Nullable Void>> tasks)
      throws InterruptedException {
    for (Future<?> done : threads.invokeAll(tasks)) {
      try {
        done.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a picture could not be drawn: " + e.getCause(), e);
      }
    }
    tasks.clear();
  }

  private void draw(Answer answer, @Nullable HeatMaps maps) {
    boolean annotate =
        switch (kinds.annotate()) {
          case NONE -> false;
          case BOXES -> answer.hasBoxes();
          case ALL -> true;
        };
    if (!annotate && maps == null) {
      return;
    }
    requireApart(images, out);
    Path file = folder ? images.resolve(answer.eventId()) : images;
    ByteBuffer encoded;
    try {
      encoded = ByteBuffer.wrap(Files.readAllBytes(file));
      int smallerSide =
          maps == null ? SMALLER_SIDE : Math.max(SMALLER_SIDE, maps.protocol().largestScale());
      try (RgbImage image = decoder.decodeFor(encoded, smallerSide)) {
        if (annotate) {
          BufferedImage picture = UprightImage.of(image);
          BoxPainter.paint(
              picture, answer.marks(new Size(picture.getWidth(), picture.getHeight())));
          write(ANNOTATED, answer.eventId(), picture, image.format());
          count(true);
        }
        if (maps != null) {
          HeatMap map = maps.of(image, answer.bestClass());
          BufferedImage picture = UprightImage.of(image);
          map.overlay(picture);
          BoxPainter.paint(picture, List.of(answer.caption()));
          write(HEATMAP, answer.eventId(), picture, image.format());
          count(false);
        }
      }
    } catch (IOException | ImageRejectedException | RuntimeException e) {
      fail(answer.eventId() + ": " + e);
    }
  }

  private synchronized void count(boolean isAnnotated) {
    annotated += isAnnotated ? 1 : 0;
    heatmaps += isAnnotated ? 0 : 1;
  }

  private synchronized void fail(String reason) {
    failed++;
    if (reasons.size() < MOST_REASONS) {
      reasons.add(reason);
    }
  }

  private void write(String kind, String eventId, BufferedImage picture, ImageFormat format)
      throws IOException {
    boolean jpeg = format == ImageFormat.JPEG;
    Path target = out.resolve(kind).resolve(eventId + (jpeg ? ".jpg" : ".png"));
    Path part = target.resolveSibling(target.getFileName() + ".part");
    Path parent = target.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try {
      Files.write(part, jpeg ? UprightImage.jpeg(picture) : UprightImage.png(picture));
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
