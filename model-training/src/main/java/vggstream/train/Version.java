package vggstream.train;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Which version of this program runs: the project's, and what git said when it was built. */
final class Version implements IVersionProvider {

  /** Such as {@code 0.1.0-SNAPSHOT (git 1f2e3d4)}; without git at the build, no bracket. */
  static String text() {
    Properties built = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        return "unknown";
      }
      built.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String describe = built.getProperty("describe", "").strip();
    String version = built.getProperty("version", "unknown");
    return describe.isEmpty() ? version : "%s (git %s)".formatted(version, describe);
  }

  @Override
  public String[] getVersion() {
    return new String[] {"vgg-train " + text()};
  }
}
