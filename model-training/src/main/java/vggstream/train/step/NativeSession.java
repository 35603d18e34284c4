package vggstream.train.step;

import static org.bytedeco.onnxruntime.global.onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
import static org.bytedeco.onnxruntime.global.onnxruntime.ORT_ENABLE_EXTENDED;
import static org.bytedeco.onnxruntime.global.onnxruntime.ORT_LOGGING_LEVEL_FATAL;
import static org.bytedeco.onnxruntime.global.onnxruntime.OrtArenaAllocator;
import static org.bytedeco.onnxruntime.global.onnxruntime.OrtDeviceAllocator;
import static org.bytedeco.onnxruntime.global.onnxruntime.OrtMemTypeDefault;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.onnxruntime.Allocator;
import org.bytedeco.onnxruntime.AllocatorWithDefaultOptions;
import org.bytedeco.onnxruntime.CUDAProviderOptions;
import org.bytedeco.onnxruntime.Env;
import org.bytedeco.onnxruntime.IoBinding;
import org.bytedeco.onnxruntime.MemoryInfo;
import org.bytedeco.onnxruntime.OrtMemoryInfo;
import org.bytedeco.onnxruntime.RunOptions;
import org.bytedeco.onnxruntime.Session;
import org.bytedeco.onnxruntime.SessionOptions;
import org.bytedeco.onnxruntime.StringStringMap;
import org.bytedeco.onnxruntime.Value;
import org.jspecify.annotations.Nullable;
import vggstream.model.Device;
import vggstream.model.ModelException;

/**
 * A session of ONNX Runtime by Bytedeco's C++ API; with {@link NativeTensor} and {@link
 * NativeBinding} all that touches the native library here. Native objects live in the {@link
 * PointerScope} of the method that makes them, or until they are closed.
 */
@SuppressWarnings("try") // a PointerScope works by being open
final class NativeSession implements AutoCloseable {
  static {
    // JavaCPP refuses memory once the process, ONNX Runtime's own memory included, holds twice the
    // heap's maximum; what is needed here is bounded by network and batch. No effect if JavaCPP is
    // loaded already.
    for (String limit : List.of("maxBytes", "maxPhysicalBytes")) {
      String property = "org.bytedeco.javacpp." + limit;
      if (System.getProperty(property) == null) {
        System.setProperty(property, "0");
      }
    }
  }

  /** What lives as long as the process. */
  private static final class Shared {
    static final Env ENVIRONMENT;
    static final MemoryInfo HOST;
    static final AllocatorWithDefaultOptions HOST_ALLOCATOR;

    static {
      try (PointerScope scope = new PointerScope()) {
        ENVIRONMENT = new Env(ORT_LOGGING_LEVEL_FATAL, "vggstream-training");
        HOST = MemoryInfo.CreateCpu(OrtDeviceAllocator, OrtMemTypeDefault);
        HOST_ALLOCATOR = new AllocatorWithDefaultOptions();
        ENVIRONMENT.retainReference();
        HOST.retainReference();
        HOST_ALLOCATOR.retainReference();
      }
    }
  }

  private final Session session;
  private final MemoryInfo deviceMemory;
  private final RunOptions runOptions;

  /** Of CUDA; absent on the processor. */
  private final @Nullable Allocator deviceAllocator;

  private NativeSession(
      Session session,
      RunOptions runOptions,
      MemoryInfo deviceMemory,
      @Nullable Allocator deviceAllocator) {
    this.session = session;
    this.runOptions = runOptions;
    this.deviceMemory = deviceMemory;
    this.deviceAllocator = deviceAllocator;
  }

  /**
   * Makes a session of a graph.
   *
   * @param shapesVary whether inputs have other shapes from run to run: then no plan of memory is
   *     kept for each
   * @throws ModelException if the runtime refuses the graph, or the device cannot be had
   */
  static NativeSession open(byte[] model, int threads, Device device, boolean shapesVary) {
    try (PointerScope scope = new PointerScope()) {
      SessionOptions options = new SessionOptions();
      options.SetLogSeverityLevel(ORT_LOGGING_LEVEL_FATAL);
      // Not its blocked layout: weights are inputs, so only poolings would take it, each between
      // two copies of a map.
      options.SetGraphOptimizationLevel(ORT_ENABLE_EXTENDED);
      options.SetIntraOpNumThreads(threads);
      if (shapesVary) {
        options.DisableMemPattern();
      }
      // Two sessions take turns: the threads of the one that waits must not spin.
      options.AddConfigEntry("session.force_spinning_stop", "1");
      MemoryInfo memory = Shared.HOST;
      if (device instanceof Device.Cuda cuda) {
        addCuda(options, cuda);
        memory = new MemoryInfo("Cuda", OrtArenaAllocator, cuda.index(), OrtMemTypeDefault);
      }
      Session session =
          new Session(Shared.ENVIRONMENT, new BytePointer(model), model.length, options);
      RunOptions run = new RunOptions();
      Allocator allocator = null;
      if (device instanceof Device.Cuda) {
        allocator = new Allocator(session, memory.asOrtMemoryInfo());
        allocator.retainReference();
        memory.retainReference();
      }
      session.retainReference();
      run.retainReference();
      return new NativeSession(session, run, memory, allocator);
    } catch (RuntimeException e) {
      throw new ModelException(
          "ONNX Runtime cannot prepare training on %s: %s".formatted(device, e.getMessage()), e);
    }
  }

  private static void addCuda(SessionOptions options, Device.Cuda device) {
    StringStringMap settings = new StringStringMap();
    put(settings, "device_id", Integer.toString(device.index()));
    put(settings, "cudnn_conv_algo_search", "HEURISTIC");
    put(settings, "arena_extend_strategy", "kSameAsRequested");
    CUDAProviderOptions cuda = new CUDAProviderOptions();
    cuda.Update(settings);
    options.AppendExecutionProvider_CUDA_V2(cuda.asOrtCUDAProviderOptionsV2());
  }

  private static void put(StringStringMap settings, String key, String value) {
    settings.put(new BytePointer(key), new BytePointer(value));
  }

  static OrtMemoryInfo hostMemory() {
    return Shared.HOST.asOrtMemoryInfo();
  }

  /** Memory of the session's device; to be closed before the session. */
  NativeTensor allocateOnDevice(long elements) {
    Allocator allocator = deviceAllocator;
    if (allocator == null) {
      return allocateOnHost(elements);
    }
    return allocate(elements, false, allocator::Alloc, allocator::Free);
  }

  /** Memory of the host, zeroed. */
  static NativeTensor allocateOnHost(long elements) {
    NativeTensor tensor =
        allocate(elements, true, Shared.HOST_ALLOCATOR::Alloc, Shared.HOST_ALLOCATOR::Free);
    Pointer.memset(tensor.memory(), 0, elements * Float.BYTES);
    return tensor;
  }

  private static NativeTensor allocate(
      long elements, boolean host, LongFunction<Pointer> allocate, Consumer<Pointer> free) {
    long bytes = Math.multiplyExact(elements, Float.BYTES);
    try {
      Pointer memory = allocate.apply(bytes);
      return new NativeTensor(new FloatPointer(memory), elements, host, () -> free.accept(memory));
    } catch (RuntimeException e) {
      throw new ModelException(
          "cannot allocate %d MiB: %s".formatted(bytes >> 20, e.getMessage()), e);
    }
  }

  /** A part of a tensor as a tensor of its own over the same memory; of the caller's scope. */
  Value view(NativeTensor tensor, long first, long... shape) {
    long n = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    tensor.requireWithin(first, n);
    return Value.CreateTensor(
        (tensor.onHost() ? Shared.HOST : deviceMemory).asOrtMemoryInfo(),
        tensor.at(first),
        n * Float.BYTES,
        shape,
        shape.length,
        ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT);
  }

  NativeBinding bind() {
    try (PointerScope scope = new PointerScope()) {
      IoBinding binding = new IoBinding(session);
      binding.retainReference();
      return new NativeBinding(binding, this);
    }
  }

  /**
   * Runs the graph on what is bound.
   *
   * @throws ModelException if the runtime fails
   */
  void run(NativeBinding binding) {
    try {
      session.Run(runOptions, binding.nativeBinding());
    } catch (RuntimeException e) {
      throw new ModelException("ONNX Runtime failed in training: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    runOptions.releaseReference();
    if (deviceAllocator != null) {
      deviceAllocator.releaseReference();
      deviceMemory.releaseReference();
    }
    session.releaseReference();
  }
}
