package vggstream.train.network;

/** What a network costs, layer by layer. */
public final class NetworkSummary {
  private NetworkSummary() {}

  /**
   * A printable table, one line a layer: shape, parameters, multiply-adds, memory of its output,
   * receptive field; and the sums.
   */
  public static String table(Network network) {
    throw new UnsupportedOperationException(network.spec().toString());
  }
}
