package vggstream.train.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import vggstream.classify.RankedClass;
import vggstream.image.ImageLimits;
import vggstream.image.ImageRejectedException;
import vggstream.image.Rescale;
import vggstream.image.RgbImage;
import vggstream.image.Size;
import vggstream.tensor.PixelBatch;
import vggstream.train.data.ImageFiles;
import vggstream.train.data.ImageSet;
import vggstream.train.data.Sample;
import vggstream.train.evaluate.ImagePrediction;
import vggstream.train.evaluate.Mistakes;

/** The worst mistakes as a picture: each image with its true class and what it was taken for. */
public final class ContactSheet {
  private static final int COLUMNS = 6;
  private static final int TILE = 184; // pixels
  private static final int CAPTION = 62; // pixels below a tile
  private static final int GAP = 14;
  private static final int TOP = 56;

  /** Images with longer sides are not drawn: a strip of a few pixels tells nothing. */
  private static final int MOST_ASPECT = 40;

  private ContactSheet() {}

  /**
   * Draws it; the title stands above.
   *
   * @throws IOException if an image can no longer be read
   */
  public static byte[] png(ImageSet images, Mistakes mistakes, String title) throws IOException {
    List<ImagePrediction> worst = mistakes.worst();
    int columns = Math.max(3, Math.min(COLUMNS, worst.size()));
    int rows = (worst.size() + columns - 1) / columns;
    int width = GAP + columns * (TILE + GAP);
    try (Canvas canvas = new Canvas(width, TOP + Math.max(1, rows) * (TILE + CAPTION + GAP))) {
      canvas.font(16, true);
      canvas.text(canvas.fitted(title, width - 2 * GAP), GAP, 26, Canvas.INK);
      canvas.font(12, false);
      canvas.text(
          worst.isEmpty()
              ? "No mistake."
              : "The %d most certain of %d mistakes, worst first."
                  .formatted(worst.size(), mistakes.count()),
          GAP,
          45,
          Canvas.FAINT);
      ImageFiles files = new ImageFiles(ImageLimits.DEFAULT);
      for (int i = 0; i < worst.size(); i++) {
        int x = GAP + i % columns * (TILE + GAP);
        int y = TOP + i / columns * (TILE + CAPTION + GAP);
        tile(canvas, files, images, worst.get(i), x, y);
      }
      return canvas.png();
    }
  }

  private static void tile(
      Canvas canvas, ImageFiles files, ImageSet images, ImagePrediction mistake, int x, int y)
      throws IOException {
    Sample sample = new Sample(mistake.path(), mistake.classIndex());
    try (RgbImage image = files.read(images, sample, TILE)) {
      draw(canvas, image, x, y);
    } catch (ImageRejectedException e) {
      throw new IOException(images.root() + ": " + mistake.path() + ": " + e.getMessage(), e);
    }
    RankedClass answer = mistake.predictions().get(0);
    canvas.font(12, true);
    String probability = String.format(Locale.ROOT, ": %.0f %%", 100 * answer.probability());
    canvas.text(
        canvas.fitted("said " + Canvas.brief(answer.label()), TILE - canvas.width(probability))
            + probability,
        x,
        y + TILE + 16,
        Canvas.INK);
    canvas.font(12, false);
    canvas.text(
        canvas.fitted(
            "is " + Canvas.brief(images.labels().get(mistake.classIndex())) + truth(mistake), TILE),
        x,
        y + TILE + 33,
        Canvas.INK);
    canvas.font(10, false);
    canvas.text(canvas.fitted(mistake.path(), TILE), x, y + TILE + 49, Canvas.FAINT);
  }

  /** What the true class was given, if that is known. */
  private static String truth(ImagePrediction mistake) {
    return mistake.predictions().stream()
        .filter(c -> c.classIndex() == mistake.classIndex())
        .findFirst()
        .map(c -> String.format(Locale.ROOT, ": %.0f %%", 100 * c.probability()))
        .orElse("");
  }

  private static void draw(Canvas canvas, RgbImage image, int x, int y) {
    Size held = image.size();
    double longer = Math.max(held.width(), held.height());
    if (longer > MOST_ASPECT * Math.min(held.width(), held.height())) {
      canvas.font(12, false);
      canvas.centred(held + " pixels", x + TILE / 2, y + TILE / 2, Canvas.FAINT);
      return;
    }
    int width = (int) Math.max(1, Math.round(held.width() * TILE / longer));
    int height = (int) Math.max(1, Math.round(held.height() * TILE / longer));
    ByteBuffer rgb = ByteBuffer.allocateDirect(width * height * PixelBatch.CHANNELS); // (h, w, 3)
    Rescale.rescale(image, new Size(width, height), rgb);
    int left = x + (TILE - width) / 2;
    int top = y + (TILE - height) / 2;
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int i = (row * width + column) * PixelBatch.CHANNELS;
        int colour =
            (rgb.get(i) & 0xff) << 16 | (rgb.get(i + 1) & 0xff) << 8 | (rgb.get(i + 2) & 0xff);
        canvas.image().setRGB(left + column, top + row, colour);
      }
    }
  }
}
