package vggstream.train.network;

import java.nio.FloatBuffer;

/** Where a parameter's values come from. */
@FunctionalInterface
public interface ParameterSource {
  /** Writes the parameter's values, row-major, from the buffer's index 0 on. */
  void read(String parameter, FloatBuffer into);
}
