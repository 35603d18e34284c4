package vggstream.train.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a network costs, layer by layer, for one image of the crop's size.
 *
 * @param rows of the layers, in their order
 */
public record NetworkSummary(List<Row> rows) {

  /**
   * A layer's costs.
   *
   * @param layer the layer
   * @param parameters number of trained values
   * @param multiplyAdds number of multiplications with an addition; only convolutions and
   *     fully-connected layers count
   * @param activationBytes of its output as 32-bit floats
   * @param receptiveField side of the square of the image that a value of its output sees, pixels;
   *     the crop's side at most
   */
  public record Row(
      Layer layer, long parameters, long multiplyAdds, long activationBytes, int receptiveField) {}

  public NetworkSummary {
    rows = List.copyOf(rows);
  }

  /** The costs of a network. */
  public static NetworkSummary of(Network network) {
    List<Row> rows = new ArrayList<>();
    int field = 1;
    int jump = 1; // pixels of the image from one value of a row to the next
    for (Layer layer : network.layers()) {
      long multiplyAdds = 0;
      if (layer instanceof Layer.Convolution conv) {
        field += (conv.kernel() - 1) * jump;
        long area = (long) conv.kernel() * conv.kernel();
        multiplyAdds = area * conv.input().channels() * conv.output().elements();
      } else if (layer instanceof Layer.MaxPooling) {
        field += jump;
        jump *= 2;
      } else if (layer instanceof Layer.FullyConnected fc) {
        field += (fc.input().height() - 1) * jump;
        multiplyAdds = fc.input().elements() * fc.output().elements();
      }
      rows.add(
          new Row(
              layer,
              layer.parameters().stream().mapToLong(Parameter::elements).sum(),
              multiplyAdds,
              layer.output().elements() * Float.BYTES,
              Math.min(field, network.spec().cropSide())));
    }
    return new NetworkSummary(rows);
  }

  /** Sum of the layers' parameters. */
  public long parameters() {
    return rows.stream().mapToLong(Row::parameters).sum();
  }

  /** Sum of the layers' multiply-adds. */
  public long multiplyAdds() {
    return rows.stream().mapToLong(Row::multiplyAdds).sum();
  }

  /** Sum of the layers' activations, bytes. */
  public long activationBytes() {
    return rows.stream().mapToLong(Row::activationBytes).sum();
  }

  /** The printable table of a network's costs: one line a layer, and the sums. */
  public static String table(Network network) {
    NetworkSummary summary = of(network);
    NetworkSpec spec = network.spec();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "VGG-%s, crop %d, width %s, FC %d, classes %d%n%n",
            spec.configuration().title(),
            spec.cropSide(),
            spec.width(),
            spec.fcWidth(),
            spec.classes()));
    String columns = "%-9s %-16s %-18s %13s %16s %15s %9s%n";
    text.append(
        String.format(
            columns,
            "layer",
            "type",
            "output",
            "parameters",
            "multiply-adds",
            "activation KiB",
            "receptive"));
    for (Row r : summary.rows()) {
      text.append(
          String.format(
              columns,
              r.layer().name(),
              type(r.layer()),
              r.layer().output(),
              number(r.parameters()),
              number(r.multiplyAdds()),
              number((r.activationBytes() + 1023) / 1024),
              r.receptiveField()));
    }
    text.append(
        String.format(
            columns,
            "total",
            "",
            "",
            number(summary.parameters()),
            number(summary.multiplyAdds()),
            number((summary.activationBytes() + 1023) / 1024),
            ""));
    return text.toString();
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String type(Layer layer) {
    if (layer instanceof Layer.Convolution conv) {
      return "conv%d-%d, ReLU".formatted(conv.kernel(), conv.output().channels());
    }
    if (layer instanceof Layer.LocalResponseNormalisation) {
      return "LRN";
    }
    if (layer instanceof Layer.MaxPooling) {
      return "maxpool";
    }
    if (layer instanceof Layer.FullyConnected fc) {
      return "FC-%d%s".formatted(fc.output().channels(), fc.rectified() ? ", ReLU" : "");
    }
    return "dropout";
  }
}
