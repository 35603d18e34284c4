package vggstream.onnx;

import vggstream.model.DenseModelContract;
import vggstream.model.DenseModelRuntime;

/** ONNX Runtime's own Java API keeps the contract of DenseModel. */
class OnnxRuntimeTest extends DenseModelContract {
  @Override
  protected DenseModelRuntime runtime() {
    return new OnnxRuntime();
  }
}
