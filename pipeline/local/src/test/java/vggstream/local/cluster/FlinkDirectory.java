package vggstream.local.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A Flink installation as {@code pipeline/job/README.md} describes it, of the build's own jars:
 * {@code lib/} with Flink's and the job's {@code flink-lib/}, {@code usrlib/vgg-job.jar}, {@code
 * conf/}. Jars are links.
 */
final class FlinkDirectory {
  private final Path root;

  private FlinkDirectory(Path root) {
    this.root = root;
  }

  /**
   * Makes one.
   *
   * @param settings of {@code conf/config.yaml}
   */
  static FlinkDirectory make(Path root, Map<String, String> settings) throws IOException {
    Path lib = Files.createDirectories(root.resolve("lib"));
    Path job = target().resolve("../../job/target").normalize();
    link(target().resolve("flink/lib"), lib);
    link(job.resolve("flink-lib"), lib);
    Path jar = job.resolve("vgg-job.jar");
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException("no " + jar + ": run mvn package first");
    }
    Files.createSymbolicLink(
        Files.createDirectories(root.resolve("usrlib")).resolve("vgg-job.jar"), jar);
    Files.createDirectories(root.resolve("plugins"));
    Files.createDirectories(root.resolve("log"));
    copyLaunch(root.resolve("launch"));
    Path conf = Files.createDirectories(root.resolve("conf"));
    StringBuilder yaml = new StringBuilder();
    new TreeMap<>(settings)
        .forEach((key, value) -> yaml.append(key).append(": ").append(value).append('\n'));
    Files.writeString(conf.resolve("config.yaml"), yaml);
    Files.writeString(
        conf.resolve("log4j.properties"),
        """
        rootLogger.level = info
        rootLogger.appenderRef.console.ref = console
        appender.console.name = console
        appender.console.type = CONSOLE
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %d{HH:mm:ss.SSS} %-5p %-40.40c{1} %m%n
        logger.kafka.name = org.apache.kafka
        logger.kafka.level = warn
        """);
    return new FlinkDirectory(root);
  }

  /** This module's {@code target}. */
  static Path target() {
    try {
      return Path.of(
              FlinkDirectory.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e); // a class path of files
    }
  }

  private static void link(Path jars, Path into) throws IOException {
    if (!Files.isDirectory(jars)) {
      throw new IllegalStateException("no " + jars + ": run mvn package first");
    }
    try (Stream<Path> files = Files.list(jars)) {
      for (Path jar : files.toList()) {
        Path link = into.resolve(jar.getFileName());
        if (!Files.exists(link)) {
          Files.createSymbolicLink(link, jar);
        }
      }
    }
  }

  /** {@link Launch} alone, so that no other class of the tests is on Flink's class path. */
  private static void copyLaunch(Path into) throws IOException {
    String file = Launch.class.getName().replace('.', '/') + ".class";
    Path to = into.resolve(file);
    Files.createDirectories(to.getParent());
    try (InputStream in = Launch.class.getClassLoader().getResourceAsStream(file)) {
      Files.copy(in, to);
    }
  }

  String classPath() {
    return root.resolve("lib") + "/*:" + root.resolve("launch");
  }

  Path conf() {
    return root.resolve("conf");
  }

  Path log(String name) {
    return root.resolve("log").resolve(name + ".log");
  }

  /** What Flink's start scripts export. */
  Map<String, String> environment() {
    return Map.of(
        "FLINK_HOME", root.toString(),
        "FLINK_CONF_DIR", conf().toString(),
        "FLINK_LIB_DIR", root.resolve("lib").toString(),
        "FLINK_PLUGINS_DIR", root.resolve("plugins").toString(),
        "MALLOC_ARENA_MAX", "2", // see the README of pipeline/job
        "OPENCV_LOG_LEVEL", "SILENT");
  }

  /** What Flink's start scripts open to it, and where its log goes. */
  List<String> jvmArguments() {
    return Stream.concat(
            Stream.of("-Dlog4j.configurationFile=" + conf().resolve("log4j.properties")),
            Stream.concat(
                Stream.of("java.rmi/sun.rmi.registry", "java.security.jgss/sun.security.krb5")
                    .map(exported -> "--add-exports=" + exported + "=ALL-UNNAMED"),
                Stream.of(
                        "lang",
                        "net",
                        "io",
                        "nio",
                        "lang.reflect",
                        "text",
                        "time",
                        "util",
                        "util.concurrent",
                        "util.concurrent.atomic",
                        "util.concurrent.locks")
                    .map(opened -> "--add-opens=java.base/java." + opened + "=ALL-UNNAMED")))
        .toList();
  }
}
