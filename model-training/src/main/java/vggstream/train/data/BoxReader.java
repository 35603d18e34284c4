package vggstream.train.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import vggstream.image.ImageHeader;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.Size;
import vggstream.localise.Box;
import vggstream.train.data.AnnotationProblems.Reason;

/**
 * Reads the boxes of a split's images, by several threads. Images without a usable box of their
 * class are left out; whatever is wrong is counted.
 *
 * <p>An annotation's edges are those of an object's first and last pixels; boxes have continuous
 * edges, the far ones exclusive, so one is added to the last. Sets count pixels from 0 (ILSVRC) or
 * from 1 (PASCAL VOC), and do not say which: if no object of a split begins at 0 while some end at
 * the image's size, it is from 1.
 */
final class BoxReader {
  /** Images that are read before their problems are counted, in their order. */
  private static final int CHUNK = 4096;

  private final Annotations annotations;
  private final boolean forTraining;
  private final AnnotationProblems problems;
  private long beginAtZero;
  private long endAtSize;

  /**
   * Prepares.
   *
   * @param forTraining whether boxes of one pixel's width or height are left out: they are no
   *     object to learn from, but to be judged by they stay
   */
  BoxReader(Annotations annotations, boolean forTraining, AnnotationProblems problems) {
    this.annotations = annotations;
    this.forTraining = forTraining;
    this.problems = problems;
  }

  /**
   * An image's boxes, as annotated but in order.
   *
   * @param edges (n, 4): first x, first y, last x, last y
   */
  private record Raw(int width, int height, float[] edges) {}

  /** A reason and the place where it was met. */
  private record Problem(Reason reason, String place) {}

  private record Reading(@Nullable Raw raw, List<Problem> problems) {}

  /**
   * The images that have boxes, with them.
   *
   * @throws DataException if there is none
   */
  ImageSet read(ImageSet images) throws DataException {
    Raw[] raws = new Raw[images.size()];
    for (int from = 0; from < raws.length; from += CHUNK) {
      Reading[] chunk = new Reading[Math.min(CHUNK, raws.length - from)];
      int first = from;
      IntStream.range(0, chunk.length)
          .parallel()
          .forEach(i -> chunk[i] = read(images, images.samples().get(first + i)));
      for (int i = 0; i < chunk.length; i++) {
        chunk[i].problems().forEach(p -> problems.report(p.reason(), p.place()));
        Raw raw = chunk[i].raw();
        if (raw != null) {
          raws[first + i] = raw;
          vote(raw);
        }
      }
    }
    return withBoxes(images, raws);
  }

  private void vote(Raw raw) {
    float[] edges = raw.edges();
    for (int b = 0; b < edges.length; b += 4) {
      beginAtZero += edges[b] == 0 || edges[b + 1] == 0 ? 1 : 0;
      endAtSize += edges[b + 2] == raw.width() || edges[b + 3] == raw.height() ? 1 : 0;
    }
  }

  private ImageSet withBoxes(ImageSet images, Raw[] raws) throws DataException {
    int origin = beginAtZero == 0 && endAtSize > 0 ? 1 : 0;
    int[] kept = new int[raws.length];
    int count = 0;
    List<ObjectBoxes.Annotated> annotated = new ArrayList<>();
    for (int i = 0; i < raws.length; i++) {
      Raw raw = raws[i];
      if (raw == null) {
        continue;
      }
      raws[i] = null; // one copy of the boxes is enough
      String place = annotations.place(images.samples().get(i));
      List<Box> boxes = boxes(raw, origin, place);
      if (boxes.isEmpty()) {
        problems.report(Reason.NO_BOX, place);
      } else {
        annotated.add(new ObjectBoxes.Annotated(new Size(raw.width(), raw.height()), boxes));
        kept[count++] = i;
      }
    }
    if (count == 0) {
      throw new DataException(
          "%s: must hold images with boxes: none of %d has a usable one: %s"
              .formatted(images.root(), images.size(), problems.lines()));
    }
    return images.subset(Arrays.copyOf(kept, count)).withBoxes(ObjectBoxes.of(annotated));
  }

  private List<Box> boxes(Raw raw, int origin, String place) {
    List<Box> boxes = new ArrayList<>();
    float[] edges = raw.edges();
    for (int b = 0; b < edges.length; b += 4) {
      boolean onePixel = edges[b] == edges[b + 2] || edges[b + 1] == edges[b + 3];
      if (onePixel && forTraining) {
        problems.report(Reason.DEGENERATE, place);
        continue;
      }
      double xMin = Math.max(0, edges[b] - origin);
      double yMin = Math.max(0, edges[b + 1] - origin);
      double xMax = Math.min(raw.width(), edges[b + 2] + 1 - origin);
      double yMax = Math.min(raw.height(), edges[b + 3] + 1 - origin);
      if (xMin >= xMax || yMin >= yMax) {
        problems.report(Reason.OUTSIDE, place);
        continue;
      }
      if (onePixel) {
        problems.report(Reason.ONE_PIXEL, place);
      }
      boolean cut =
          edges[b] < origin
              || edges[b + 1] < origin
              || edges[b + 2] + 1 - origin > raw.width()
              || edges[b + 3] + 1 - origin > raw.height();
      if (cut) {
        problems.report(Reason.PARTLY_OUTSIDE, place);
      }
      boxes.add(new Box(xMin, yMin, xMax, yMax));
    }
    return boxes;
  }

  private Reading read(ImageSet images, Sample image) {
    List<Problem> found = new ArrayList<>();
    String place = annotations.place(image);
    Raw raw = null;
    try {
      Annotation annotation = annotations.of(image);
      if (annotation == null) {
        found.add(new Problem(Reason.NO_ANNOTATION, place));
      } else {
        raw = raw(annotation, images, image, place, found);
      }
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      found.add(new Problem(Reason.NOT_READABLE, why.contains(place) ? why : place + ": " + why));
    }
    return new Reading(raw, found);
  }

  private @Nullable Raw raw(
      Annotation annotation, ImageSet images, Sample image, String place, List<Problem> found) {
    if (isAnothers(annotation.fileName(), image)) {
      found.add(
          new Problem(Reason.OTHER_FILE_NAME, place + " (names " + annotation.fileName() + ")"));
    }
    float[] edges = edges(annotation, image, place, found);
    if (edges == null) {
      return null;
    }
    Size size = annotation.size();
    if (size == null) {
      if (annotations.giveSizes()) {
        found.add(new Problem(Reason.SIZE_UNKNOWN, place));
      }
      try {
        size = size(images.file(image));
      } catch (IOException | ImageRejectedException e) {
        found.add(new Problem(Reason.NO_SIZE, images.file(image) + ": " + e.getMessage()));
        return null;
      }
    }
    return new Raw(size.width(), size.height(), edges);
  }

  /** The edges of the boxes of the image's class; null, with the reason, if there is none. */
  private float @Nullable [] edges(
      Annotation annotation, Sample image, String place, List<Problem> found) {
    String className = annotations.className(image);
    float[] edges = new float[4 * annotation.objects().size()];
    int used = 0;
    boolean ofClass = false;
    for (Annotation.Item object : annotation.objects()) {
      if (!object.name().equals(className)) {
        found.add(new Problem(Reason.OTHER_CLASS, place + " (" + object.name() + ")"));
        continue;
      }
      ofClass = true;
      if (!object.isComplete()) {
        found.add(new Problem(Reason.INCOMPLETE, place));
        continue;
      }
      if (object.xMin() > object.xMax() || object.yMin() > object.yMax()) {
        found.add(new Problem(Reason.INVERTED, place));
      }
      edges[used] = (float) Math.min(object.xMin(), object.xMax());
      edges[used + 1] = (float) Math.min(object.yMin(), object.yMax());
      edges[used + 2] = (float) Math.max(object.xMin(), object.xMax());
      edges[used + 3] = (float) Math.max(object.yMin(), object.yMax());
      used += 4;
    }
    if (used == 0) {
      found.add(new Problem(ofClass ? Reason.NO_BOX : Reason.NO_OBJECT, place));
      return null;
    }
    return Arrays.copyOf(edges, used);
  }

  /** Whether an annotation says that it is about another image; ILSVRC leaves out the extension. */
  private static boolean isAnothers(String fileName, Sample image) {
    String own = image.path().substring(image.path().lastIndexOf('/') + 1);
    int dot = own.lastIndexOf('.');
    return !fileName.isEmpty()
        && !fileName.equals(own)
        && !fileName.equals(dot < 0 ? own : own.substring(0, dot));
  }

  private static Size size(Path file) throws IOException, ImageRejectedException {
    ImageLimits limits = ImageLimits.DEFAULT;
    if (Files.size(file) > limits.maxBytes()) {
      throw new DataException("image must have at most %d bytes".formatted(limits.maxBytes()));
    }
    return ImageHeader.read(ByteBuffer.wrap(Files.readAllBytes(file)), limits).size();
  }
}
