package vggstream.job.config;

import java.util.Map;
import java.util.Optional;

/** Values by option, each of its option's type. */
record Values(Map<JobOption<?>, Object> byOption) {

  @SuppressWarnings("unchecked") // an option's value was made by its own parser
  <T> Optional<T> find(JobOption<T> option) {
    return Optional.ofNullable((T) byOption.get(option));
  }

  <T> T get(JobOption<T> option) {
    return find(option).orElseThrow(() -> new IllegalStateException(option.key() + " is missing"));
  }

  /** A number of bytes that was checked to fit an int. */
  int bytes(JobOption<Long> option) {
    return Math.toIntExact(get(option));
  }
}
