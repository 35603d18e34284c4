package vggstream.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that talks to Kafka. */
final class KafkaOptions {
  private static final String PREFIX = "--kafka.";
  private static final String NAME = "--kafka.<property>";

  /** Of {@link #lackValue}. */
  static final String WITHOUT_VALUE =
      "an option of Kafka must be --kafka.<property>=<value>: one was without";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--bootstrap-servers",
      required = true,
      paramLabel = "HOST:PORT[,...]",
      description = "Brokers to connect to first.")
  private String bootstrapServers = "";

  @Option(
      names = NAME,
      paramLabel = "VALUE",
      description =
          "Any property of Kafka's clients, for example --kafka.security.protocol=SASL_SSL."
              + " @file:PATH is the value that a file holds, @env:NAME that of an environment variable."
              + " Values are never printed. With schema.registry.url (and basic.auth.user.info or"
              + " bearer.auth.token) records have their schema's id before them.")
  private List<String> properties = new ArrayList<>();

  /**
   * Arguments with {@code --kafka.acks=all} turned into {@code --kafka.<property>} and {@code
   * acks=all}: an option whose name is not fixed is beyond picocli. After {@code --} nothing is
   * touched.
   */
  static String[] rewritten(String... args) {
    var out = new ArrayList<String>();
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--")) {
        out.addAll(List.of(args).subList(i, args.length));
        break;
      }
      if (args[i].startsWith(PREFIX)) {
        out.add(NAME);
        out.add(args[i].substring(PREFIX.length()));
      } else {
        out.add(args[i]);
      }
    }
    return out.toArray(String[]::new);
  }

  /**
   * Whether an option of Kafka lacks its {@code =value}: then the next word may be a secret, which
   * picocli would print as one that it does not know.
   */
  static boolean lackValue(String... args) {
    for (String arg : args) {
      if (arg.equals("--")) {
        return false;
      }
      if (arg.startsWith(PREFIX) && !arg.startsWith(NAME) && arg.indexOf('=') <= PREFIX.length()) {
        return true;
      }
    }
    return false;
  }

  /**
   * What the options say.
   *
   * @throws ClientException if a value stands in a file or an environment variable, and is not
   *     there
   */
  KafkaCluster cluster() throws ClientException {
    if (bootstrapServers.isBlank()) {
      throw wrong("--bootstrap-servers must be host:port: was blank");
    }
    Map<String, String> map = new LinkedHashMap<>();
    for (String property : properties) {
      int equals = property.indexOf('=');
      if (equals < 1) {
        throw wrong(WITHOUT_VALUE);
      }
      String name = property.substring(0, equals);
      try {
        map.put(name, Secret.resolve(property.substring(equals + 1), System.getenv()));
      } catch (ClientException e) {
        throw new ClientException("--kafka.%s: %s".formatted(name, e.getMessage()), e);
      }
    }
    try {
      return new KafkaCluster(bootstrapServers, map);
    } catch (IllegalArgumentException e) {
      throw wrong("--kafka." + e.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
