package vggstream.job.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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

  private static final YAMLFactory YAML =
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

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
                    + " security.protocol. @file:PATH is the value that a file holds, @env:NAME that"
                    + " of an environment variable, both where the job is submitted. Values are"
                    + " never printed. With schema.registry.url (and basic.auth.user.info or"
                    + " bearer.auth.token) records have their schema's id before them.")
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
    List<String> problems = new ArrayList<>();
    try (JsonParser yaml = YAML.createParser(Files.readAllBytes(file))) {
      JsonToken first = yaml.nextToken();
      if (first == JsonToken.START_OBJECT) {
        readMapping("", yaml, words, problems);
      } else if (first != null && first != JsonToken.VALUE_NULL) {
        problems.add("config %s must be a mapping of options to values".formatted(file));
      }
    } catch (IOException e) {
      problems.add("config %s cannot be read: %s".formatted(file, withoutSnippet(e)));
    }
    if (!problems.isEmpty()) {
      throw new OptionsException(problems);
    }
    return words;
  }

  /** The parser quotes the line that it does not understand, which may hold a secret. */
  private static String withoutSnippet(IOException e) {
    if (!(e instanceof JacksonException j)) {
      return e.toString();
    }
    String problem =
        j.getOriginalMessage()
            .lines()
            .filter(line -> !line.startsWith(" "))
            .collect(Collectors.joining(", "));
    return problem + " at line " + j.getLocation().getLineNr();
  }

  /** Values are kept as they are written: a password of digits is no number. */
  private static void readMapping(
      String prefix, JsonParser yaml, Map<String, String> words, List<String> problems)
      throws IOException {
    while (yaml.nextToken() == JsonToken.FIELD_NAME) {
      String key = prefix + yaml.currentName();
      JsonToken value = yaml.nextToken();
      if (value == JsonToken.START_OBJECT) {
        readMapping(key + ".", yaml, words, problems);
      } else if (value == JsonToken.START_ARRAY) {
        words.put(key, readList(key, yaml, problems));
      } else if (value == JsonToken.VALUE_NULL || yaml.getText().isEmpty()) {
        problems.add("config: " + key + " must have a value");
      } else {
        words.put(key, yaml.getText());
      }
    }
  }

  private static String readList(String key, JsonParser yaml, List<String> problems)
      throws IOException {
    List<String> items = new ArrayList<>();
    while (yaml.nextToken() != JsonToken.END_ARRAY) {
      if (yaml.currentToken().isScalarValue()) {
        items.add(yaml.getText());
      } else {
        problems.add("config: " + key + " must be a value or a list of values");
        yaml.skipChildren();
      }
    }
    return String.join(",", items);
  }
}
