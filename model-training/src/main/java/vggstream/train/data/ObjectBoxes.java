package vggstream.train.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import vggstream.image.Size;
import vggstream.localise.Box;

/**
 * Where the objects of each image's own class are: one box or more an image, by the image's index.
 * Compact: four floats a box and three ints an image, so that those of ILSVRC's 1.2 million images
 * take about 40 MB.
 */
public final class ObjectBoxes {
  /** Most that width and height of a rescaled copy may differ in scale, of the larger scale. */
  private static final double ASPECT_TOLERANCE = 0.02;

  private final int[] first; // (n + 1): places of the images' first boxes
  private final float[] edges; // (m, 4): xMin, yMin, xMax, yMax, pixels of the annotated image
  private final int[] sizes; // (n, 2): width and height of the annotated image

  private ObjectBoxes(int[] first, float[] edges, int[] sizes) {
    this.first = first;
    this.edges = edges;
    this.sizes = sizes;
  }

  /**
   * An image's boxes as they were annotated.
   *
   * @param size of the image that was annotated
   * @param boxes at least one, each with an area and within the size, in pixels
   */
  public record Annotated(Size size, List<Box> boxes) {
    public Annotated {
      boxes = List.copyOf(boxes);
      if (boxes.isEmpty()) {
        throw new IllegalArgumentException("boxes must not be empty");
      }
      for (Box box : boxes) {
        if (!(box.xMin() >= 0
            && box.yMin() >= 0
            && box.xMax() > box.xMin()
            && box.yMax() > box.yMin()
            && box.xMax() <= size.width()
            && box.yMax() <= size.height())) {
          throw new IllegalArgumentException(
              "box must have an area and be within the image %s: was %s".formatted(size, box));
        }
      }
    }
  }

  /** The boxes of images in their order. */
  public static ObjectBoxes of(List<Annotated> images) {
    int boxes = images.stream().mapToInt(image -> image.boxes().size()).sum();
    int[] first = new int[images.size() + 1];
    float[] edges = new float[4 * boxes];
    int[] sizes = new int[2 * images.size()];
    int at = 0;
    for (int i = 0; i < images.size(); i++) {
      Annotated image = images.get(i);
      sizes[2 * i] = image.size().width();
      sizes[2 * i + 1] = image.size().height();
      for (Box box : image.boxes()) {
        edges[4 * at] = (float) box.xMin();
        edges[4 * at + 1] = (float) box.yMin();
        edges[4 * at + 2] = (float) box.xMax();
        edges[4 * at + 3] = (float) box.yMax();
        at++;
      }
      first[i + 1] = at;
    }
    return new ObjectBoxes(first, edges, sizes);
  }

  /** Number of images. */
  public int images() {
    return first.length - 1;
  }

  /** Number of boxes. */
  public int boxes() {
    return first[images()];
  }

  /** Size of the image that was annotated. */
  public Size size(int image) {
    return new Size(/* width= */ sizes[2 * image], /* height= */ sizes[2 * image + 1]);
  }

  /** The boxes of an image, at least one, in pixels of the image that was annotated. */
  public List<Box> of(int image) {
    List<Box> boxes = new ArrayList<>();
    for (int b = first[image]; b < first[image + 1]; b++) {
      boxes.add(new Box(edges[4 * b], edges[4 * b + 1], edges[4 * b + 2], edges[4 * b + 3]));
    }
    return boxes;
  }

  /**
   * The boxes of an image in pixels of the upright original: those of a rescaled copy are rescaled
   * as it was.
   *
   * @throws DataException if the image has another shape than the one that was annotated
   */
  public List<Box> of(int image, Size original) throws DataException {
    Size annotated = size(image);
    if (annotated.equals(original)) {
      return of(image);
    }
    double fx = (double) original.width() / annotated.width();
    double fy = (double) original.height() / annotated.height();
    boolean sameShape = Math.abs(fx - fy) <= ASPECT_TOLERANCE * Math.max(fx, fy);
    double half = 0.5 / Math.min(annotated.width(), annotated.height());
    if (!sameShape && Math.abs(fx - fy) > half) { // beyond the rounding of a small copy's sides
      throw new DataException(
          "image must be of the annotated size %s, or a rescaled copy: is of %s"
              .formatted(annotated, original));
    }
    return of(image).stream().map(b -> b.rescaled(annotated, original).clamp(original)).toList();
  }

  /**
   * The mean box of all objects, as fractions of the images' width and height: what a localiser
   * that looks at nothing would say.
   *
   * @throws IllegalStateException if there is no box
   */
  public Box meanRelative() {
    if (boxes() == 0) {
      throw new IllegalStateException("a mean needs at least one box: there is none");
    }
    double[] sums = new double[4];
    for (int i = 0; i < images(); i++) {
      for (int b = first[i]; b < first[i + 1]; b++) {
        for (int edge = 0; edge < 4; edge++) {
          sums[edge] += (double) edges[4 * b + edge] / sizes[2 * i + edge % 2];
        }
      }
    }
    int n = boxes();
    return new Box(sums[0] / n, sums[1] / n, sums[2] / n, sums[3] / n);
  }

  /** The boxes of some of the images, in that order. */
  ObjectBoxes subset(int[] images) {
    int[] starts = new int[images.length + 1];
    int[] extents = new int[2 * images.length];
    for (int i = 0; i < images.length; i++) {
      starts[i + 1] = starts[i] + first[images[i] + 1] - first[images[i]];
      extents[2 * i] = sizes[2 * images[i]];
      extents[2 * i + 1] = sizes[2 * images[i] + 1];
    }
    float[] kept = new float[4 * starts[images.length]];
    for (int i = 0; i < images.length; i++) {
      System.arraycopy(
          edges, 4 * first[images[i]], kept, 4 * starts[i], 4 * (starts[i + 1] - starts[i]));
    }
    return new ObjectBoxes(starts, kept, extents);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ObjectBoxes that
        && Arrays.equals(first, that.first)
        && Arrays.equals(edges, that.edges)
        && Arrays.equals(sizes, that.sizes);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(first) + Arrays.hashCode(edges);
  }

  @Override
  public String toString() {
    return "%d boxes of %d images".formatted(boxes(), images());
  }
}
