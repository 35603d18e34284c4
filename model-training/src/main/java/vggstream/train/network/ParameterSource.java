package vggstream.train.network;

import java.nio.FloatBuffer;
import java.util.function.BiConsumer;

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

  /**
   * A source that can only give parameters whole: it keeps the last one given.
   *
   * @param whole writes a parameter's values from the buffer's index 0 on
   */
  static ParameterSource whole(Network network, BiConsumer<String, FloatBuffer> whole) {
    return new ParameterSource() {
      private String last = "";
      private FloatBuffer values = FloatBuffer.allocate(0);

      @Override
      public void read(String parameter, long first, FloatBuffer into) {
        if (!parameter.equals(last)) {
          int n = Math.toIntExact(network.parameter(parameter).elements());
          values = FloatBuffer.allocate(n);
          whole.accept(parameter, values.duplicate());
          last = parameter;
        }
        into.put(values.slice(Math.toIntExact(first), into.remaining()));
      }
    };
  }
}
