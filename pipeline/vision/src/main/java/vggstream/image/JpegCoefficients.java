package vggstream.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a JPEG's components (ITU-T T.81, section A.2) and, for a progressive one, which of
 * their coefficients are known not to be zero: refining scans have a bit for each of these.
 */
final class JpegCoefficients {
  private final int mcuColumns;
  private final int mcuRows;
  private final int[] columns;
  private final int[] rows;
  private final int[] strides; // blocks a line, with those that fill the last MCU
  private final long[] @Nullable [] nonZero; // per component and block, a bit a coefficient

  JpegCoefficients(JpegHeader header) {
    List<JpegHeader.Component> components = header.components();
    int n = components.size();
    // a lone component's factors do not matter: its MCU is one block
    int hMax = components.stream().mapToInt(JpegHeader.Component::horizontal).max().orElse(1);
    int vMax = components.stream().mapToInt(JpegHeader.Component::vertical).max().orElse(1);
    int width = header.size().width();
    int height = header.size().height();
    mcuColumns = ceil(width, 8 * hMax);
    mcuRows = ceil(height, 8 * vMax);
    columns = new int[n];
    rows = new int[n];
    strides = new int[n];
    nonZero = new long[n][];
    for (int c = 0; c < n; c++) {
      JpegHeader.Component component = components.get(c);
      columns[c] = ceil(width * component.horizontal(), 8 * hMax);
      rows[c] = ceil(height * component.vertical(), 8 * vMax);
      strides[c] = mcuColumns * component.horizontal();
      if (header.progressive()) {
        nonZero[c] = new long[strides[c] * mcuRows * component.vertical()];
      }
    }
  }

  int mcuColumns() {
    return mcuColumns;
  }

  int mcuRows() {
    return mcuRows;
  }

  /** Blocks in a line of a component that hold pixels of the image. */
  int columns(int component) {
    return columns[component];
  }

  int rows(int component) {
    return rows[component];
  }

  int index(int component, int x, int y) {
    return y * strides[component] + x;
  }

  /** The non-zero coefficients of a progressive component's blocks. */
  long[] nonZero(int component) {
    long[] found = nonZero[component];
    if (found == null) {
      throw new IllegalStateException("only a progressive JPEG refines coefficients");
    }
    return found;
  }

  private static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }
}
