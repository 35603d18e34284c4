package vggstream.onnx.bytedeco;

import vggstream.model.DenseModelContract;
import vggstream.model.DenseModelRuntime;

/** Bytedeco's build of ONNX Runtime keeps the contract of DenseModel. */
class BytedecoRuntimeTest extends DenseModelContract {
  @Override
  protected DenseModelRuntime runtime() {
    return new BytedecoRuntime();
  }
}
