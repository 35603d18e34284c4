package vggstream.local.cluster;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Java process that ends with this one; its output goes to a file. */
final class Child implements AutoCloseable {
  private static final long END_SECONDS = 30;

  private final String name;
  private final Path log;
  private final Process process;

  private Child(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /**
   * Starts a main class through {@link Launch}, which must be on the class path.
   *
   * @param log file to which it appends what it prints
   * @param jvm arguments of the JVM
   */
  static Child start(
      String name,
      Path log,
      Map<String, String> environment,
      List<String> jvm,
      String classPath,
      String mainClass,
      List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss512k"));
    command.addAll(jvm);
    command.addAll(List.of("-cp", classPath, Launch.class.getName(), mainClass));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      return new Child(name, log, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  String name() {
    return name;
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Ends it as {@code kill -9} does, and waits until it is gone. */
  void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(name + " is alive after kill -9");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + name + " was killed", e);
    }
  }

  /**
   * Stops it for a while (SIGSTOP, SIGCONT) and returns at once; a shell wakes it, also if this
   * process ends before.
   */
  void pause(Duration duration) {
    shell("kill -STOP %1$d; sleep %2$d; kill -CONT %1$d".formatted(pid(), duration.toSeconds()));
  }

  /** As {@link #pause}, but now and then it may work, a tenth of the time. */
  void crawl(Duration duration) {
    shell(
        ("i=0; while [ $i -lt %2$d ]; do kill -STOP %1$d; sleep 0.9; kill -CONT %1$d; sleep 0.1;"
                + " i=$((i+1)); done")
            .formatted(pid(), duration.toSeconds()));
  }

  private void shell(String script) {
    try {
      new ProcessBuilder("sh", "-c", script)
          .redirectErrorStream(true)
          .redirectOutput(new File("/dev/null"))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot pause " + name, e);
    }
  }

  /** The end of what it printed, for messages. */
  String lastOutput() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 25), lines.size()));
    } catch (IOException e) {
      return "(no log: " + e + ")";
    }
  }

  @Override
  public void close() {
    kill();
  }
}
