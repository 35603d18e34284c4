package vggstream.onnx.bytedeco;

import java.nio.file.Path;
import vggstream.model.CheckedModel;
import vggstream.model.DenseModel;
import vggstream.model.DenseModelRuntime;
import vggstream.model.ModelOptions;

/** ONNX Runtime as built by Bytedeco, by its C++ API. */
public final class BytedecoRuntime implements DenseModelRuntime {
  @Override
  public String name() {
    return "ONNX Runtime " + BytedecoSession.runtimeVersion() + " (Bytedeco)";
  }

  @Override
  public DenseModel open(Path file, ModelOptions options) {
    return CheckedModel.open(file, options, BytedecoSession::open);
  }
}
