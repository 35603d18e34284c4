package vggstream.classify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import vggstream.image.Size;
import vggstream.image.Window;

/** What of a rescaled image a network is shown (paper, sections 3.2 and 4.3). */
public enum Cropping {
  /** The whole image; the class score map is averaged over space. */
  DENSE,
  /** The crop in the centre. */
  CENTER,
  /**
   * The four corners and the centre of the central square (Krizhevsky 2012, sections 2 and 4.1),
   * each with its mirror image: 10 crops a scale.
   */
  TEN_CROP,
  /**
   * A regular grid of 5 x 5 crops that reaches the image's edges, each with its mirror image: 50
   * crops a scale.
   */
  CROPS,
  /** The mean of the posteriors of {@link #DENSE} and {@link #CROPS}. */
  BOTH;

  /** Crops along a side of the grid. */
  private static final int GRID = 5;

  /** As written on command lines, such as {@code ten-crop}. */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether the network is applied to whole images. */
  public boolean isDense() {
    return this == DENSE || this == BOTH;
  }

  /** Whether the network is applied to crops. */
  public boolean isCropped() {
    return this != DENSE;
  }

  /** Whether mirror images are a part of it. */
  public boolean impliesFlip() {
    return switch (this) {
      case DENSE, CENTER -> false;
      case TEN_CROP, CROPS, BOTH -> true;
    };
  }

  /**
   * The crops, mirror images not counted, of an image that was rescaled; none for {@link #DENSE}.
   * Places between two pixels are rounded to the nearest one on the grid, and down for the centre.
   *
   * @param side of a crop, at most the image's smaller side
   */
  List<Window> windows(Size size, int side) {
    int x = size.width() - side;
    int y = size.height() - side;
    return switch (this) {
      case DENSE -> List.of();
      case CENTER -> List.of(Window.square(x / 2, y / 2, side));
      case TEN_CROP -> {
        int free = Math.min(x, y); // of the central square
        int left = (x - free) / 2;
        int top = (y - free) / 2;
        yield List.of(
            Window.square(left, top, side),
            Window.square(left + free, top, side),
            Window.square(left, top + free, side),
            Window.square(left + free, top + free, side),
            Window.square(left + free / 2, top + free / 2, side));
      }
      case CROPS, BOTH -> {
        List<Window> grid = new ArrayList<>(GRID * GRID);
        for (int row = 0; row < GRID; row++) {
          for (int column = 0; column < GRID; column++) {
            grid.add(Window.square(step(column, x), step(row, y), side));
          }
        }
        yield grid;
      }
    };
  }

  /** The i-th of the grid's places within 0..free, rounded half up. */
  private static int step(int i, int free) {
    return (2 * i * free + GRID - 1) / (2 * (GRID - 1));
  }
}
