package vggstream.train.data;

import java.nio.FloatBuffer;
import vggstream.train.data.CounterRandom.Purpose;

/**
 * The random change of an image's colours (Krizhevsky, Sutskever, Hinton 2012, section 4.1): each
 * principal component of the training set's colours, times its standard deviation, times a Gaussian
 * draw, is added to all pixels of an image. The draws are made anew for each use of the image.
 *
 * @param strength standard deviation of the Gaussian draws, above 0 (paper: 0.1)
 * @param colours of the training set
 */
public record ColourShift(double strength, PrincipalColours colours) {
  public ColourShift {
    if (!(strength > 0 && strength < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("strength must be above 0: was " + strength);
    }
  }

  /**
   * Writes what is added to red, green and blue of an image in an epoch, in units of pixel values
   * 0..255.
   *
   * @param at place of red in the target
   */
  void write(long seed, long epoch, long image, FloatBuffer target, int at) {
    double[] shift = new double[3];
    for (int i = 0; i < 3; i++) {
      double along =
          strength
              * colours.deviations().get(i)
              * CounterRandom.gaussian(seed, Purpose.COLOUR, epoch, 3 * image + i);
      for (int c = 0; c < 3; c++) {
        shift[c] += along * colours.directions().get(i).get(c);
      }
    }
    for (int c = 0; c < 3; c++) {
      target.put(at + c, (float) shift[c]);
    }
  }
}
