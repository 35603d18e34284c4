package vggstream.train.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFileTest {
  private static final Preprocessing PREPROCESSING =
      new Preprocessing(List.of(1f, 2f, 3f), List.of(1f, 1f, 1f));

  @TempDir private Path folder;

  private Path written(Network network, ParameterSource source) throws IOException {
    Path file = folder.resolve("model.onnx");
    InferenceGraph.write(network, PREPROCESSING, Map.of("key", "value"), source, file);
    return file;
  }

  @ParameterizedTest
  @CsvSource({
    "A, 32, 0.25, 17, CLASSIFY",
    "D, 64, 0.125, 600, SCR",
    "E, 32, 0.01, 5, PCR",
    "C, 32, 0.33, 5, PCR",
    "A-LRN, 32, 0.1, 5, CLASSIFY",
  })
  void whatWasWrittenIsReadAgain(String title, int crop, double width, int fc, Head head)
      throws IOException {
    Configuration configuration = Configuration.parse(title);
    Network network = Network.of(new NetworkSpec(configuration, crop, width, fc, 3, head));
    ParameterSource source = new Initialisation.He().source(network, 5);
    try (ModelFile file = ModelFile.open(written(network, source))) {
      assertEquals(Map.of("key", "value"), file.metadata());
      assertEquals(network.parameters(), file.network(configuration, crop, 3, head).parameters());
      for (Parameter p : network.parameters()) {
        assertArrayEquals(values(source, p, 0), values(file.parameters(), p, 0), p.name());
        int last = (int) p.elements() - 1;
        assertArrayEquals(values(source, p, last), values(file.parameters(), p, last), p.name());
      }
    }
  }

  @Test
  void weightsInFp16AreReadAsTheNearestFloats() throws IOException {
    Network network = Network.of(new NetworkSpec(Configuration.A, 32, 0.1, 5, 3));
    ParameterSource source = new Initialisation.He().source(network, 5);
    Path full = written(network, source);
    Path half = folder.resolve("half.onnx");
    InferenceGraph.write(network, PREPROCESSING, Precision.FP16, Map.of(), source, half);
    double share = (double) Files.size(half) / Files.size(full);
    assertEquals(0.5, share, 0.1, "the file must be half as large");
    try (ModelFile file = ModelFile.open(half)) {
      assertEquals(
          network.parameters(), file.network(Configuration.A, 32, 3, Head.CLASSIFY).parameters());
      for (Parameter p : network.parameters()) {
        float[] expected = values(source, p, 0);
        for (int i = 0; i < expected.length; i++) {
          expected[i] = HalfFloat.value(HalfFloat.bits(expected[i]));
        }
        assertArrayEquals(expected, values(file.parameters(), p, 0), p.name());
        int last = (int) p.elements() - 1;
        assertEquals(expected[last], values(file.parameters(), p, last)[0], p.name());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {65520, -1e9f, Float.POSITIVE_INFINITY, Float.NaN})
  void aWeightThatFp16DoesNotHoldIsRefusedWithItsNameAndValue(float value) throws IOException {
    Network network = Network.of(new NetworkSpec(Configuration.A, 32, 0.1, 5, 3));
    ParameterSource he = new Initialisation.He().source(network, 5);
    ParameterSource source =
        (name, first, into) -> {
          FloatBuffer view = into.duplicate();
          he.read(name, first, into);
          if (name.equals("conv3_1.weight")) {
            view.put(view.position() + 7, value);
          }
        };
    Path file = folder.resolve("half.onnx");
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                InferenceGraph.write(
                    network, PREPROCESSING, Precision.FP16, Map.of(), source, file));
    assertEquals(
        "weights must be within -65504.0..65504.0 to be written in fp16: value 7 of conv3_1.weight was "
            + value,
        e.getMessage());
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(), files.toList());
    }
    InferenceGraph.write(network, PREPROCESSING, Map.of(), source, file); // fp32 takes it
  }

  private static float[] values(ParameterSource source, Parameter p, int first) {
    FloatBuffer values = FloatBuffer.allocate((int) p.elements() - first);
    source.read(p.name(), first, values);
    return values.array();
  }

  @Test
  void aFileThatIsCutOffOrIsNoModelIsRefused() throws IOException {
    Network network = Network.of(new NetworkSpec(Configuration.A, 32, 0.1, 5, 3));
    Path whole = written(network, new Initialisation.He().source(network, 5));
    byte[] bytes = Files.readAllBytes(whole);
    for (int length : new int[] {1, 20, 200, bytes.length / 2, bytes.length - 1}) {
      Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, length));
      IOException e = assertThrows(IOException.class, () -> ModelFile.open(cut), "" + length);
      assertTrue(e.getMessage().contains("is no model file"), e.getMessage());
    }
    Path text = Files.writeString(folder.resolve("text"), "This is not a model.");
    assertThrows(IOException.class, () -> ModelFile.open(text));
    try (ModelFile file = ModelFile.open(whole)) {
      IOException other =
          assertThrows(
              IOException.class, () -> file.network(Configuration.D, 32, 3, Head.CLASSIFY));
      assertTrue(other.getMessage().contains("has no tensor conv1_2.weight"), other.getMessage());
      IOException classes =
          assertThrows(
              IOException.class, () -> file.network(Configuration.A, 32, 4, Head.CLASSIFY));
      assertTrue(
          classes.getMessage().contains("fc8.weight must be of shape"), classes.getMessage());
    }
  }
}
