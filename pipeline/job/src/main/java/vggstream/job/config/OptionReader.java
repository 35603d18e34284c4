package vggstream.job.config;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import vggstream.model.Device;

/** Reads single options from words, as one writes them, and notes what is wrong with them. */
final class OptionReader {
  private static final String DEVICE_RULE =
      "must be cpu, cuda:N or auto; several must be distinct, and each cuda:N";

  private OptionReader() {}

  /**
   * The option's value, given or default; empty if there is none, or it is not valid.
   *
   * @param key what the option is called here
   * @param problems to which a broken rule is added
   */
  static Optional<Object> read(
      JobOption<?> option, String key, Map<String, String> words, List<String> problems) {
    String text = words.getOrDefault(key, option.defaultText());
    if (text == null) {
      if (option.isRequired()) {
        problems.add(key + " must be given");
      }
      return Optional.empty();
    }
    try {
      Object value = option.parse(text);
      if (value != null && option == JobOption.DEVICE) {
        requireDevices(JobOption.DEVICE.parse(text));
      }
      return Optional.ofNullable(value);
    } catch (IllegalArgumentException e) {
      String rule = option == JobOption.DEVICE ? DEVICE_RULE : e.getMessage();
      problems.add(
          option == JobOption.FETCH_ROOTS && text.contains("@") // it may be a password
              ? key + " " + rule
              : "%s %s: was '%s'".formatted(key, rule, text));
      return Optional.empty();
    }
  }

  private static void requireDevices(List<String> devices) {
    Set<Device> distinct = new HashSet<>();
    for (String device : devices) {
      distinct.add(Device.parse(device));
    }
    if (distinct.size() < devices.size()
        || (devices.size() > 1 && !distinct.stream().allMatch(Device.Cuda.class::isInstance))) {
      throw new IllegalArgumentException(DEVICE_RULE);
    }
  }
}
