package vggstream.job.config;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The options of inference alone, for who runs the batcher without the job around it: the job's
 * words, types, defaults and rules.
 *
 * @param classifier which model answers, and how it is run
 * @param timeout after which an image without an answer is given up
 */
public record InferenceOptions(ClassifierOptions classifier, Duration timeout)
    implements Serializable {

  private static final List<JobOption<?>> OPTIONS =
      List.of(
          JobOption.MODEL,
          JobOption.LOCALISER,
          JobOption.SCALES,
          JobOption.FLIP,
          JobOption.TOP_K,
          JobOption.DEVICE,
          JobOption.BATCH_SIZE,
          JobOption.BATCH_LINGER,
          JobOption.BATCH_PIXELS,
          JobOption.BATCH_MEMORY,
          JobOption.SIZE_MULTIPLE,
          JobOption.WARM_UP,
          JobOption.WARM_UP_SIZES,
          JobOption.INFERENCE_CONCURRENCY,
          JobOption.INFERENCE_THREADS,
          JobOption.DECODE_THREADS,
          JobOption.TIMEOUT,
          JobOption.MAX_IMAGE_BYTES,
          JobOption.MAX_IMAGE_PIXELS,
          JobOption.MAX_RESCALED_PIXELS);

  /** These options, the model first. */
  public static List<JobOption<?>> options() {
    return OPTIONS;
  }

  /**
   * What an option is called where the model has this word.
   *
   * @param modelWord of the option {@code model}
   */
  public static String word(JobOption<?> option, String modelWord) {
    return option == JobOption.MODEL ? modelWord : option.key();
  }

  /**
   * Reads the options.
   *
   * @param words value by option, no others
   * @param modelWord what the option {@code model} is called here
   * @param problems to which every broken rule is added, each with its value
   * @return null if there is a problem
   */
  public static @Nullable InferenceOptions read(
      Map<String, String> words, String modelWord, List<String> problems) {
    List<String> found = new ArrayList<>();
    Set<String> known = OPTIONS.stream().map(o -> word(o, modelWord)).collect(Collectors.toSet());
    for (String word : new TreeSet<>(words.keySet())) {
      if (!known.contains(word)) {
        found.add("there is no option " + word);
      }
    }
    Map<JobOption<?>, Object> values = new LinkedHashMap<>();
    for (JobOption<?> option : OPTIONS) {
      OptionReader.read(option, word(option, modelWord), words, found)
          .ifPresent(value -> values.put(option, value));
    }
    new CrossChecks(values, found).run();
    problems.addAll(found);
    if (!found.isEmpty()) {
      return null;
    }
    Values v = new Values(values);
    return new InferenceOptions(ClassifierOptions.of(v), v.get(JobOption.TIMEOUT));
  }
}
