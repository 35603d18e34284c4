package vggstream.local.cluster;

import java.io.IOException;
import java.util.Arrays;

/**
 * Runs another class's {@code main} and ends the process when its standard input ends: that is a
 * pipe from the process that started it, so none outlives a test, however that ends.
 */
public final class Launch {
  private Launch() {}

  /** Name of the main class, and its arguments. */
  public static void main(String[] args) throws Exception {
    Thread watch = new Thread(Launch::haltWithParent, "parent-watch");
    watch.setDaemon(true);
    watch.start();
    Class.forName(args[0])
        .getMethod("main", String[].class)
        .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
  }

  private static void haltWithParent() {
    try {
      while (System.in.read() >= 0) {
        // nobody writes
      }
    } catch (IOException e) {
      // the pipe is gone: as its end
    }
    Runtime.getRuntime().halt(1);
  }
}
