package vggstream.onnx.bytedeco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vggstream.model.DenseModel;
import vggstream.model.DenseOutputs;
import vggstream.model.Device;
import vggstream.model.ModelException;
import vggstream.model.ModelFiles;
import vggstream.model.ModelOptions;
import vggstream.model.Output;
import vggstream.tensor.PixelBatch;

/** What is particular to Bytedeco's build. */
class BytedecoSessionTest {
  @TempDir Path folder;

  @Test
  void modelOpenedWithinAPointerScopeOutlivesIt() throws IOException {
    Path file = ModelFiles.colour(folder.resolve("m.onnx"));
    DenseModel model;
    try (PointerScope scope = new PointerScope()) {
      model = new BytedecoRuntime().open(file, ModelOptions.on(new Device.Cpu()));
    }
    PixelBatch pixels = PixelBatch.allocate(1, 8, 8);
    DenseOutputs outputs = DenseOutputs.allocate(model.card(), 1, 8, 8, EnumSet.of(Output.SCORES));
    model.run(pixels, outputs);
    model.close();
    assertEquals(-2, outputs.get(Output.SCORES).get(0));
  }

  @Test
  void memoryOfTheProcessIsNotHeldAgainstTheHeap() {
    new BytedecoRuntime().name();
    assertEquals(0, Pointer.maxBytes());
    assertEquals(0, Pointer.maxPhysicalBytes());
  }

  @Test
  void buildWithoutCudaSaysSo() throws IOException {
    Path file = ModelFiles.colour(folder.resolve("m.onnx"));
    ModelException e =
        assertThrows(
            ModelException.class,
            () -> BytedecoSession.open(file, ModelOptions.on(new Device.Cuda(0))));
    assertTrue(e.getMessage().contains("CUDA"), e.getMessage());
  }
}
