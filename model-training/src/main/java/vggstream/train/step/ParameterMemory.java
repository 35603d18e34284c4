package vggstream.train.step;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import vggstream.train.network.Network;
import vggstream.train.network.Parameter;

/**
 * One value for each trained value of a network, in one piece of device memory: all weights, then
 * all biases, each tensor from a multiple of 64 values on. So an update may run over it in pieces
 * of any size. The gaps stay zero.
 */
final class ParameterMemory implements AutoCloseable {
  private static final int ALIGNMENT = 64;

  private final NativeTensor tensor;
  private final DeviceCopy copy;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Long> offsets = new LinkedHashMap<>();
  private final long weights;

  ParameterMemory(Network network, DeviceCopy copy) {
    this.copy = copy;
    long end = 0;
    long endOfWeights = 0;
    for (Parameter.Kind kind : List.of(Parameter.Kind.WEIGHT, Parameter.Kind.BIAS)) {
      for (Parameter p : network.parameters()) {
        if (p.kind() == kind) {
          parameters.put(p.name(), p);
          offsets.put(p.name(), end);
          end += (p.elements() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        }
      }
      if (kind == Parameter.Kind.WEIGHT) {
        endOfWeights = end;
      }
    }
    weights = endOfWeights;
    tensor = copy.allocate(end);
    zero();
  }

  NativeTensor tensor() {
    return tensor;
  }

  /** Number of values that belong to weights: those before the first bias. */
  long weights() {
    return weights;
  }

  long offset(Parameter p) {
    return offsetOf(p.name());
  }

  private long offsetOf(String name) {
    Long offset = offsets.get(name);
    if (offset == null) {
      throw new NoSuchElementException("the network has no parameter " + name);
    }
    return offset;
  }

  void zero() {
    copy.zero(tensor);
  }

  /** Copies values of a parameter from its index {@code first} on to what the buffer has left. */
  void read(String name, long first, FloatBuffer into) {
    copy.read(tensor, checked(name, first, into.remaining()), into);
  }

  /** Copies what the buffer has left to a parameter's values from its index {@code first} on. */
  void load(String name, long first, FloatBuffer from) {
    copy.load(tensor, checked(name, first, from.remaining()), from);
  }

  private long checked(String name, long first, int count) {
    long offset = offsetOf(name);
    Parameter p = parameters.get(name);
    if (p == null || first < 0 || first + count > p.elements()) {
      throw new IndexOutOfBoundsException(
          "values of %s must be within its size: were %d..%d"
              .formatted(name, first, first + count));
    }
    return offset + first;
  }

  @Override
  public void close() {
    tensor.close();
  }
}
