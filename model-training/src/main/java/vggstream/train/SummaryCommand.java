package vggstream.train;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import vggstream.train.network.Network;
import vggstream.train.network.NetworkSpec;
import vggstream.train.network.NetworkSummary;

/** {@code summary}: what a network is made of and costs. */
@Command(
    name = "summary",
    mixinStandardHelpOptions = true,
    description =
        "Prints a network's layers, shapes, parameters, multiply-adds, activation memory and"
            + " receptive fields.")
final class SummaryCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private NetworkOptions network;

  @Override
  public Integer call() {
    NetworkSpec chosen;
    try {
      chosen = network.spec();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(NetworkSummary.table(Network.of(chosen)));
    out.flush();
    return 0;
  }
}
