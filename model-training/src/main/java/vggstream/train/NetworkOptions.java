package vggstream.train;

import picocli.CommandLine.Option;
import vggstream.train.network.Configuration;
import vggstream.train.network.NetworkSpec;

/** The options that choose a network. */
final class NetworkOptions {
  @Option(
      names = "--network",
      required = true,
      description = "Column of Table 1: A, A-LRN, B, C, D, E; or B-5x5 of section 4.1.")
  private String network;

  @Option(
      names = "--crop",
      defaultValue = "224",
      description = "Side of the input, a multiple of 32 (default: ${DEFAULT-VALUE}).")
  private int crop;

  @Option(
      names = "--width",
      defaultValue = "1",
      description = "Multiplier of the convolutional channels (default: ${DEFAULT-VALUE}).")
  private double width;

  @Option(
      names = "--fc",
      defaultValue = "4096",
      description = "Channels of the first two FC layers (default: ${DEFAULT-VALUE}).")
  private int fc;

  @Option(
      names = "--classes",
      defaultValue = "1000",
      description = "Number of classes (default: ${DEFAULT-VALUE}).")
  private int classes;

  NetworkSpec spec() {
    return new NetworkSpec(Configuration.parse(network), crop, width, fc, classes);
  }
}
