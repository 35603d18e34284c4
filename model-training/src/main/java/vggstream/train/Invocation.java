package vggstream.train;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How this program was called, as a shell would be told. */
final class Invocation {
  private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");

  private Invocation() {}

  /** The command that goes on with an interrupted one. */
  static String resuming(List<String> command) {
    List<String> words = new ArrayList<>(program());
    words.addAll(command);
    if (!command.contains("--resume")) {
      words.add("--resume");
    }
    return words.stream().map(Invocation::quoted).collect(Collectors.joining(" "));
  }

  private static List<String> program() {
    String command = System.getProperty("sun.java.command", "");
    int end = command.indexOf(".jar ") + ".jar".length();
    return end >= ".jar".length()
        ? List.of("java", "-jar", command.substring(0, end))
        : List.of("vgg-train");
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
