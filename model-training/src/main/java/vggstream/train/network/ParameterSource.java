package vggstream.train.network;

import java.nio.FloatBuffer;

/** Where parameters' values come from. */
@FunctionalInterface
public interface ParameterSource {
  /**
   * Copies values of a parameter, row-major.
   *
   * @param parameter its name
   * @param first index of the first value wanted
   * @param into takes as many values as it has remaining
   */
  void read(String parameter, long first, FloatBuffer into);
}
