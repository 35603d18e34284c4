package vggstream.job.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The job's options on a command line: adds them to a command, and reads them from its parse,
 * filling in what a YAML file says. The command line wins.
 */
public final class JobCommandLine {
  private static final String CONFIG = "config";
  private static final String KAFKA = "--kafka";

  private JobCommandLine() {}

  /**
   * Adds the job's options, and {@code --config}, to a command.
   *
   * @param without words of options that the command sets itself
   */
  public static void addOptions(CommandSpec command, Set<String> without) {
    command.addOption(
        OptionSpec.builder("--" + CONFIG)
            .type(Path.class)
            .paramLabel("FILE")
            .description("YAML file of these options, by the same words; the command line wins.")
            .build());
    for (JobOption<?> option : JobOption.all()) {
      if (!without.contains(option.key())) {
        command.addOption(spec(option));
      }
    }
    command.addOption(
        OptionSpec.builder(KAFKA)
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel("NAME=VALUE")
            .description(
                "Also --kafka.NAME VALUE: property of every Kafka client, such as"
                    + " security.protocol. Values are never printed.")
            .build());
  }

  private static OptionSpec spec(JobOption<?> option) {
    OptionSpec.Builder builder =
        OptionSpec.builder("--" + option.key())
            .type(String.class)
            .paramLabel(
                option.typeName().contains(",")
                    ? "WORD"
                    : option.typeName().toUpperCase(Locale.ROOT))
            .description(
                option.description().replace("%", "%%")
                    + (option.defaultText() == null
                        ? ""
                        : " Default: " + option.defaultText() + "."));
    if (option.isYesNo()) {
      builder.arity("0..1").fallbackValue("true");
    }
    return builder.build();
  }

  /**
   * Reads a whole command line of the job's options.
   *
   * @throws OptionsException with every problem: of the command line, the file and the values
   */
  public static JobOptions parse(String... args) {
    CommandSpec command = CommandSpec.create();
    addOptions(command, Set.of());
    command.parser().collectErrors(true);
    ParseResult parse = new CommandLine(command).parseArgs(expand(args));
    List<String> problems = new ArrayList<>();
    parse.errors().forEach(error -> problems.add(String.valueOf(error.getMessage())));
    JobOptions options = null;
    try {
      options = JobOptions.of(words(parse));
    } catch (OptionsException e) {
      problems.addAll(e.problems());
    }
    if (options == null || !problems.isEmpty()) {
      throw new OptionsException(problems);
    }
    return options;
  }

  /** Rewrites {@code --kafka.NAME=VALUE} and {@code --kafka.NAME VALUE} for the parser. */
  public static String[] expand(String... args) {
    List<String> expanded = new ArrayList<>();
    String prefix = "--" + JobOptions.KAFKA_PREFIX;
    for (int i = 0; i < args.length; i++) {
      if (!args[i].startsWith(prefix)) {
        expanded.add(args[i]);
        continue;
      }
      String rest = args[i].substring(prefix.length());
      expanded.add(KAFKA);
      if (rest.contains("=") || i + 1 == args.length) {
        expanded.add(rest);
      } else {
        expanded.add(rest + "=" + args[++i]);
      }
    }
    return expanded.toArray(String[]::new);
  }

  /**
   * The options that a parse and its {@code --config} file give, by their words.
   *
   * @throws OptionsException if the file cannot be read, or a Kafka property has no value
   */
  public static Map<String, String> words(ParseResult parse) {
    Map<String, String> words = new LinkedHashMap<>();
    Path config = parse.matchedOptionValue("--" + CONFIG, (Path) null);
    if (config != null) {
      words.putAll(readYaml(config));
    }
    for (JobOption<?> option : JobOption.all()) {
      String value = parse.matchedOptionValue("--" + option.key(), (String) null);
      if (value != null) {
        words.put(option.key(), value);
      }
    }
    List<String> properties = parse.matchedOptionValue(KAFKA, List.<String>of());
    List<String> problems = new ArrayList<>();
    for (String property : properties) {
      int equals = property.indexOf('=');
      if (equals < 1) {
        problems.add(
            "--kafka.NAME must have a value: " + (equals == 0 ? "the name is missing" : property));
      } else {
        words.put(
            JobOptions.KAFKA_PREFIX + property.substring(0, equals),
            property.substring(equals + 1));
      }
    }
    if (!problems.isEmpty()) {
      throw new OptionsException(problems);
    }
    return words;
  }

  /**
   * Reads a YAML file of options. Nested keys are joined by dots, lists by commas.
   *
   * @throws OptionsException if it cannot be read
   */
  static Map<String, String> readYaml(Path file) {
    Map<String, String> words = new LinkedHashMap<>();
    YAMLMapper mapper =
        YAMLMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();
    JsonNode root;
    try {
      root = mapper.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      String message =
          e instanceof com.fasterxml.jackson.core.JacksonException j
              ? j.getOriginalMessage() + " at line " + j.getLocation().getLineNr()
              : String.valueOf(e);
      throw new OptionsException(List.of("config %s cannot be read: %s".formatted(file, message)));
    }
    if (root == null || root.isMissingNode() || root.isNull()) {
      return words;
    }
    if (!root.isObject()) {
      throw new OptionsException(
          List.of("config %s must be a mapping of options to values".formatted(file)));
    }
    List<String> problems = new ArrayList<>();
    flatten(null, root, words, problems);
    if (!problems.isEmpty()) {
      throw new OptionsException(problems);
    }
    return words;
  }

  private static void flatten(
      @Nullable String prefix, JsonNode node, Map<String, String> words, List<String> problems) {
    node.properties()
        .forEach(
            entry -> {
              String key = prefix == null ? entry.getKey() : prefix + "." + entry.getKey();
              JsonNode value = entry.getValue();
              if (value.isObject()) {
                flatten(key, value, words, problems);
              } else if (value.isArray()) {
                List<String> items = new ArrayList<>();
                value.forEach(item -> items.add(item.asText()));
                words.put(key, String.join(",", items));
              } else if (value.isNull()) {
                problems.add("config: " + key + " must have a value");
              } else {
                words.put(key, value.asText());
              }
            });
  }
}
