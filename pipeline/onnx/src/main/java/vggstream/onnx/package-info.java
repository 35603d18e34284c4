/**
 * Runs model files with ONNX Runtime's own Java API, on the processor and on CUDA 12. Entry: {@link
 * vggstream.onnx.OnnxRuntime}, found by {@link java.util.ServiceLoader}.
 */
@NullMarked
package vggstream.onnx;

import org.jspecify.annotations.NullMarked;
