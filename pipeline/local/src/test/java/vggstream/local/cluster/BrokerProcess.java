package vggstream.local.cluster;

import java.nio.file.Path;
import vggstream.local.EmbeddedBroker;

/** A broker as a process of its own. */
public final class BrokerProcess {
  private BrokerProcess() {}

  /** Directory and port; runs until it is killed. */
  public static void main(String[] args) throws InterruptedException {
    try (EmbeddedBroker broker =
        EmbeddedBroker.start(Path.of(args[0]), Integer.parseInt(args[1]))) {
      System.out.println("broker at " + broker.bootstrapServers());
      Thread.currentThread().join();
    }
  }
}
