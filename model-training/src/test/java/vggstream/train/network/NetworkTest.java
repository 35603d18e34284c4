package vggstream.train.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTest {

  @ParameterizedTest
  @CsvSource({
    "A, 132863336, 11",
    "A-LRN, 132863336, 11",
    "B, 133047848, 13",
    "C, 133638952, 16",
    "D, 138357544, 16",
    "E, 143667240, 19",
    "B-5x5, 134503528, 8", // not in the paper's Table 2
  })
  void parametersAndWeightLayersAreThoseOfThePaper(String title, long parameters, int weights) {
    Network network = Network.of(NetworkSpec.paper(Configuration.parse(title)));
    assertEquals(parameters, network.parameterCount());
    assertEquals(2 * weights, network.parameters().size());
    assertEquals(title, network.spec().configuration().title());
    assertEquals(parameters, NetworkSummary.of(network).parameters());
  }

  @Test
  void theShallowNetSeesAsFarAsB() {
    assertEquals(6, Configuration.table1().size());
    assertEquals(fieldOfPool5(Configuration.B), fieldOfPool5(Configuration.B_5X5));
    String table = NetworkSummary.table(Network.of(NetworkSpec.paper(Configuration.B_5X5)));
    assertTrue(table.contains("VGG-B-5x5") && table.contains("conv5-512, ReLU"), table);
  }

  private static int fieldOfPool5(Configuration configuration) {
    return NetworkSummary.of(Network.of(NetworkSpec.paper(configuration))).rows().stream()
        .filter(r -> r.layer().name().equals("pool5"))
        .findFirst()
        .orElseThrow()
        .receptiveField();
  }

  @Test
  void layersAreNamedAsInCaffesRelease() {
    Network network = Network.of(NetworkSpec.paper(Configuration.A_LRN));
    assertEquals(
        List.of(
            "conv1_1", "norm1", "pool1", "conv2_1", "pool2", "conv3_1", "conv3_2", "pool3",
            "conv4_1", "conv4_2", "pool4", "conv5_1", "conv5_2", "pool5", "fc6", "drop6", "fc7",
            "drop7", "fc8"),
        network.layers().stream().map(Layer::name).toList());
  }

  @Test
  void weightsOfNetDHaveThePapersShapes() {
    Network network = Network.of(NetworkSpec.paper(Configuration.D));
    assertEquals(List.of(64L, 3L, 3L, 3L), network.parameter("conv1_1.weight").shape());
    assertEquals(List.of(4096L, 25088L), network.parameter("fc6.weight").shape());
    assertEquals(List.of(1000L, 4096L), network.parameter("fc8.weight").shape());
    assertEquals(List.of(1000L), network.parameter("fc8.bias").shape());
    assertEquals(27, network.parameter("conv1_1.weight").fanIn());
    assertEquals(576, network.parameter("conv1_1.weight").fanOut());
  }

  @Test
  void summaryOfNetDGivesItsKnownCosts() {
    Network network = Network.of(NetworkSpec.paper(Configuration.D));
    NetworkSummary summary = NetworkSummary.of(network);
    assertEquals(15_470_264_320L, summary.multiplyAdds());
    NetworkSummary.Row pool5 =
        summary.rows().stream().filter(r -> r.layer().name().equals("pool5")).findFirst().get();
    assertEquals(212, pool5.receptiveField());
    assertEquals(512 * 7 * 7 * 4, pool5.activationBytes());
    String table = NetworkSummary.table(network);
    assertTrue(table.contains("138,357,544"), table);
    assertTrue(table.contains("conv3-512, ReLU"), table);
  }

  @Test
  void widthAndCropScaleTheLayers() {
    Network network = Network.of(new NetworkSpec(Configuration.C, 64, 0.25, 100, 10));
    Layer.FullyConnected fc6 =
        (Layer.FullyConnected)
            network.layers().stream().filter(l -> l.name().equals("fc6")).findFirst().get();
    assertEquals(new Shape(128, 2, 2), fc6.input());
    assertEquals(List.of(64L, 64L, 1L, 1L), network.parameter("conv3_3.weight").shape());
  }

  @Test
  void sizesOutOfRangeAreRejectedWithTheirRule() {
    IllegalArgumentException crop =
        assertThrows(
            IllegalArgumentException.class, () -> new NetworkSpec(Configuration.A, 100, 1, 1, 1));
    assertEquals("crop side must be a positive multiple of 32: was 100", crop.getMessage());
    IllegalArgumentException title =
        assertThrows(IllegalArgumentException.class, () -> Configuration.parse("F"));
    assertEquals("network must be one of A, A-LRN, B, C, D, E, B-5x5: was F", title.getMessage());
  }
}
