package vggstream.onnx;

import java.nio.file.Path;
import vggstream.model.CheckedModel;
import vggstream.model.DenseModel;
import vggstream.model.DenseModelRuntime;
import vggstream.model.ModelOptions;

/** ONNX Runtime by its own Java API. */
public final class OnnxRuntime implements DenseModelRuntime {
  @Override
  public String name() {
    return "ONNX Runtime " + OnnxSession.runtimeVersion();
  }

  @Override
  public DenseModel open(Path file, ModelOptions options) {
    return CheckedModel.open(file, options, OnnxSession::open);
  }
}
