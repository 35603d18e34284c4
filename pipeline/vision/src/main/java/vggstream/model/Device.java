package vggstream.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a network runs. */
public sealed interface Device {

  /** The processor. */
  record Cpu() implements Device {
    @Override
    public String toString() {
      return "cpu";
    }
  }

  /**
   * A CUDA device; opening a model fails if it cannot be had.
   *
   * @param index of the device, from 0
   */
  record Cuda(int index) implements Device {
    public Cuda {
      if (index < 0) {
        throw new IllegalArgumentException("CUDA device must be at least 0: was " + index);
      }
    }

    @Override
    public String toString() {
      return "cuda:" + index;
    }
  }

  /** The first CUDA device or, with one warning that says why, the processor. */
  record Auto() implements Device {
    @Override
    public String toString() {
      return "auto";
    }
  }

  /**
   * Reads {@code cpu}, {@code cuda}, {@code cuda:N} or {@code auto}.
   *
   * @throws IllegalArgumentException for anything else
   */
  static Device parse(String text) {
    if (text.equals("cpu")) {
      return new Cpu();
    }
    if (text.equals("auto")) {
      return new Auto();
    }
    Matcher cuda = Pattern.compile("cuda(?::(\\d{1,4}))?").matcher(text);
    if (cuda.matches()) {
      return new Cuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
    }
    throw new IllegalArgumentException("device must be cpu, cuda:N or auto: was " + text);
  }
}
