package vggstream.train.step;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import vggstream.train.network.Network;
import vggstream.train.network.Parameter;

/**
 * One value for each value of a network's parameters, in one piece of device memory: the weights
 * that are trained, the biases that are, then weights and biases that are not, each tensor from a
 * multiple of 64 values on. So an update may run over the beginning of it in pieces of any size,
 * and memory of the trained parameters alone has the same places. The gaps stay zero.
 */
final class ParameterMemory implements AutoCloseable {
  private static final int ALIGNMENT = 64;

  private final NativeTensor tensor;
  private final DeviceCopy copy;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Long> offsets = new LinkedHashMap<>();
  private final long weights;

  /** Memory for all parameters. */
  ParameterMemory(Network network, DeviceCopy copy) {
    this(network.trainedParameters(), network.parameters(), copy);
  }

  /** Memory for the trained parameters alone, such as their gradients or momentum. */
  static ParameterMemory ofTrained(Network network, DeviceCopy copy) {
    return new ParameterMemory(network.trainedParameters(), List.of(), copy);
  }

  /** The first parameters come first; of the others those that are not among them follow. */
  private ParameterMemory(List<Parameter> first, List<Parameter> others, DeviceCopy copy) {
    this.copy = copy;
    long end = place(first, Parameter.Kind.WEIGHT, 0);
    weights = end;
    end = place(first, Parameter.Kind.BIAS, end);
    end = place(others, Parameter.Kind.WEIGHT, end);
    end = place(others, Parameter.Kind.BIAS, end);
    tensor = copy.allocate(end);
    zero();
  }

  /** Places the parameters of a kind that have no place yet; returns where they end. */
  private long place(List<Parameter> some, Parameter.Kind kind, long start) {
    long end = start;
    for (Parameter p : some) {
      if (p.kind() == kind && parameters.putIfAbsent(p.name(), p) == null) {
        offsets.put(p.name(), end);
        end += (p.elements() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      }
    }
    return end;
  }

  NativeTensor tensor() {
    return tensor;
  }

  /** Number of values that belong to trained weights: those before the first bias. */
  long weights() {
    return weights;
  }

  long offset(Parameter p) {
    return offsetOf(p.name());
  }

  private long offsetOf(String name) {
    Long offset = offsets.get(name);
    if (offset == null) {
      throw new NoSuchElementException("there is no parameter %s here".formatted(name));
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
