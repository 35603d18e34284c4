package vggstream.table;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.ResolvedCatalogModel;
import org.jspecify.annotations.Nullable;
import vggstream.job.config.ClassifierOptions;
import vggstream.job.config.InferenceOptions;

/**
 * A CREATE MODEL, checked as a whole.
 *
 * @param name of the model, for messages
 * @param classifier which model file answers, and how it is run
 * @param timeout after which an image without an answer is given up
 * @param task what is asked for
 * @param columns of the OUTPUT, in its order; at least one
 */
record ModelSettings(
    String name,
    ClassifierOptions classifier,
    Duration timeout,
    Task task,
    List<OutputColumn> columns)
    implements Serializable {

  /** What the job's option {@code model} is called in SQL. */
  static final String PATH = "path";

  static final String TASK = "task";
  static final String ON_ERROR = "on-error";
  static final String TIMEOUT = "timeout";

  /** Below the 3 minutes after which Flink by default fails an asynchronous ML_PREDICT. */
  static final String DEFAULT_TIMEOUT = "2 min";

  ModelSettings {
    columns = List.copyOf(columns);
  }

  /**
   * Reads and checks a model's options and schemas.
   *
   * @throws ValidationException with every problem
   */
  static ModelSettings of(String name, ResolvedCatalogModel model) {
    List<String> problems = new ArrayList<>();
    Map<String, String> words = new HashMap<>(model.getOptions());
    words.remove("provider");
    Task task = choice(words.remove(TASK), TASK, Task.CLASSIFICATION, problems);
    OnError onError = choice(words.remove(ON_ERROR), ON_ERROR, OnError.NULL, problems);
    words.putIfAbsent(TIMEOUT, DEFAULT_TIMEOUT);
    InferenceOptions options = InferenceOptions.read(words, PATH, problems);
    if (task == Task.EMBEDDING) {
      requireEmbedding(words, problems);
    }
    ModelSchema schema = new ModelSchema(problems);
    schema.requireInput(model.getResolvedInputSchema());
    List<OutputColumn> columns =
        schema.requireOutput(model.getResolvedOutputSchema(), task, onError);
    if (!problems.isEmpty() || options == null) {
      throw new ValidationException(
          "model %s has %d problem(s):%n  %s"
              .formatted(
                  name, problems.size(), String.join(System.lineSeparator() + "  ", problems)));
    }
    ClassifierOptions classifier = options.classifier();
    return new ModelSettings(
        name,
        task == Task.EMBEDDING ? classifier.withEmbedding() : classifier,
        options.timeout(),
        task,
        columns);
  }

  private static void requireEmbedding(Map<String, String> words, List<String> problems) {
    String path = words.getOrDefault(PATH, "");
    if (path.contains(",")) {
      problems.add("path must be one file with task embedding: was '%s'".formatted(path));
    }
    for (String word : List.of("localiser", "top-k")) {
      if (words.containsKey(word)) {
        problems.add(
            "%s must not be given with task embedding: was '%s'".formatted(word, words.get(word)));
      }
    }
  }

  private static <E extends Enum<E>> E choice(
      @Nullable String text, String word, E byDefault, List<String> problems) {
    if (text == null) {
      return byDefault;
    }
    List<String> words = new ArrayList<>();
    for (E constant : byDefault.getDeclaringClass().getEnumConstants()) {
      String name = constant.name().toLowerCase(Locale.ROOT);
      if (name.equals(text.strip())) {
        return constant;
      }
      words.add(name);
    }
    problems.add("%s must be one of %s: was '%s'".formatted(word, String.join(", ", words), text));
    return byDefault;
  }
}
