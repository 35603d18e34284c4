package org.bytedeco.opencl.presets;

/**
 * Empty. Bytedeco's oneDNN preset names this class in an annotation, so that loading ONNX Runtime
 * fails with {@code TypeNotPresentException} without it; its library, which looks for an OpenCL
 * driver on the host, is not wanted.
 */
public final class OpenCL {
  private OpenCL() {}
}
