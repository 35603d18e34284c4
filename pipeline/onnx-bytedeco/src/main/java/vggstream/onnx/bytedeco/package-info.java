/**
 * Runs model files with Bytedeco's build of ONNX Runtime, the one that training uses, on the
 * processor and on CUDA 13. Entry: {@link vggstream.onnx.bytedeco.BytedecoRuntime}, found by {@link
 * java.util.ServiceLoader}.
 */
@NullMarked
package vggstream.onnx.bytedeco;

import org.jspecify.annotations.NullMarked;
