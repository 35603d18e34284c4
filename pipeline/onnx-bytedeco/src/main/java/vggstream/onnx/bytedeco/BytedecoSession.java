package vggstream.onnx.bytedeco;

import static org.bytedeco.onnxruntime.global.onnxruntime.GetVersionString;
import static org.bytedeco.onnxruntime.global.onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
import static org.bytedeco.onnxruntime.global.onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8;
import static org.bytedeco.onnxruntime.global.onnxruntime.ONNX_TYPE_TENSOR;
import static org.bytedeco.onnxruntime.global.onnxruntime.ORT_LOGGING_LEVEL_FATAL;
import static org.bytedeco.onnxruntime.global.onnxruntime.OrtArenaAllocator;
import static org.bytedeco.onnxruntime.global.onnxruntime.OrtMemTypeDefault;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.CharPointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.onnxruntime.Allocator;
import org.bytedeco.onnxruntime.CUDAProviderOptions;
import org.bytedeco.onnxruntime.ConstTensorTypeAndShapeInfo;
import org.bytedeco.onnxruntime.Env;
import org.bytedeco.onnxruntime.IoBinding;
import org.bytedeco.onnxruntime.MemoryInfo;
import org.bytedeco.onnxruntime.ModelMetadata;
import org.bytedeco.onnxruntime.OrtAllocator;
import org.bytedeco.onnxruntime.OrtMemoryInfo;
import org.bytedeco.onnxruntime.RunOptions;
import org.bytedeco.onnxruntime.Session;
import org.bytedeco.onnxruntime.SessionOptions;
import org.bytedeco.onnxruntime.StringStringMap;
import org.bytedeco.onnxruntime.StringVector;
import org.bytedeco.onnxruntime.TypeInfo;
import org.bytedeco.onnxruntime.Value;
import vggstream.model.DenseOutputs;
import vggstream.model.Device;
import vggstream.model.GraphSession;
import vggstream.model.GraphSignature;
import vggstream.model.ModelCard;
import vggstream.model.ModelException;
import vggstream.model.ModelOptions;
import vggstream.model.Output;
import vggstream.tensor.PixelBatch;

/**
 * A session of Bytedeco's ONNX Runtime: the one class of this module that touches the native
 * library. What C++ throws arrives as {@link RuntimeException}. Every native object lives in a
 * {@link PointerScope} of the method that makes it, but for the session itself.
 */
@SuppressWarnings("try") // a scope is opened for what it frees
final class BytedecoSession implements GraphSession {
  static {
    // JavaCPP refuses memory once the process, ONNX Runtime's own memory included, holds twice the
    // heap's maximum; what is needed here is bounded by the batch. No effect if JavaCPP is loaded
    // already.
    for (String limit : List.of("maxBytes", "maxPhysicalBytes")) {
      String property = "org.bytedeco.javacpp." + limit;
      if (System.getProperty(property) == null) {
        System.setProperty(property, "0");
      }
    }
  }

  private final Session session;

  private BytedecoSession(Session session) {
    this.session = session;
  }

  /** What lives as long as the process. Its own log is quiet: what fails is thrown. */
  private static final class Lasting {
    static final Env ENVIRONMENT;
    static final MemoryInfo PROCESSOR;

    static {
      try (PointerScope scope = new PointerScope()) {
        ENVIRONMENT = new Env(ORT_LOGGING_LEVEL_FATAL, "vggstream");
        PROCESSOR = MemoryInfo.CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
        ENVIRONMENT.retainReference();
        PROCESSOR.retainReference();
      }
    }
  }

  static String runtimeVersion() {
    try (PointerScope scope = new PointerScope()) {
      return GetVersionString().getString(StandardCharsets.UTF_8);
    }
  }

  static BytedecoSession open(Path file, ModelOptions options) {
    try (PointerScope scope = new PointerScope()) {
      SessionOptions session = new SessionOptions();
      session.SetLogSeverityLevel(ORT_LOGGING_LEVEL_FATAL);
      session.SetIntraOpNumThreads(options.effectiveThreads());
      session.AddConfigEntry("session.intra_op.allow_spinning", options.spinning() ? "1" : "0");
      session.DisableMemPattern(); // a pattern a shape would be kept for ever: see RATIONALE.md
      if (options.device() instanceof Device.Cuda cuda) {
        addCuda(session, cuda, options.gpuMemoryLimit());
      }
      Session loaded = new Session(Lasting.ENVIRONMENT, nativePath(file), session);
      loaded.retainReference();
      return new BytedecoSession(loaded);
    } catch (RuntimeException e) {
      throw new ModelException("ONNX Runtime cannot load " + file + ": " + e.getMessage(), e);
    }
  }

  private static void addCuda(SessionOptions session, Device.Cuda device, long memoryLimit) {
    StringStringMap settings = new StringStringMap();
    put(settings, "device_id", Integer.toString(device.index()));
    put(settings, "cudnn_conv_algo_search", "HEURISTIC");
    put(settings, "arena_extend_strategy", "kSameAsRequested");
    if (memoryLimit > 0) {
      put(settings, "gpu_mem_limit", Long.toString(memoryLimit));
    }
    CUDAProviderOptions cuda = new CUDAProviderOptions();
    cuda.Update(settings);
    session.AppendExecutionProvider_CUDA_V2(cuda.asOrtCUDAProviderOptionsV2());
  }

  private static void put(StringStringMap settings, String key, String value) {
    settings.put(new BytePointer(key), new BytePointer(value));
  }

  /** A path as the C++ API takes it: wide characters on Windows, else bytes. */
  private static Pointer nativePath(Path file) {
    String path = file.toString();
    return Loader.getPlatform().startsWith("windows")
        ? new CharPointer(path)
        : new BytePointer(path, StandardCharsets.UTF_8);
  }

  @Override
  public Map<String, String> metadata() {
    try (PointerScope scope = new PointerScope()) {
      ModelMetadata metadata = session.GetModelMetadata();
      OrtAllocator allocator =
          new Allocator(session, Lasting.PROCESSOR.asOrtMemoryInfo()).asOrtAllocator();
      Map<String, String> entries = new HashMap<>();
      for (String key : ModelCard.metadataKeys()) {
        BytePointer value = metadata.LookupCustomMetadataMapAllocated(key, allocator);
        if (value != null && !value.isNull()) {
          entries.put(key, value.getString(StandardCharsets.UTF_8));
        }
      }
      return entries;
    } catch (RuntimeException e) {
      throw new ModelException("cannot read the metadata: " + e.getMessage(), e);
    }
  }

  @Override
  public GraphSignature signature() {
    try (PointerScope scope = new PointerScope()) {
      List<GraphSignature.Tensor> inputs = new ArrayList<>();
      StringVector names = session.GetInputNames();
      for (int i = 0; i < names.size(); i++) {
        inputs.add(tensor(names.get(i), session.GetInputTypeInfo(i)));
      }
      List<GraphSignature.Tensor> outputs = new ArrayList<>();
      names = session.GetOutputNames();
      for (int i = 0; i < names.size(); i++) {
        outputs.add(tensor(names.get(i), session.GetOutputTypeInfo(i)));
      }
      return new GraphSignature(inputs, outputs);
    } catch (RuntimeException e) {
      throw new ModelException("cannot read inputs and outputs: " + e.getMessage(), e);
    }
  }

  private static GraphSignature.Tensor tensor(BytePointer name, TypeInfo info) {
    String text = name.getString(StandardCharsets.UTF_8);
    if (info.GetONNXType() != ONNX_TYPE_TENSOR) {
      return new GraphSignature.Tensor(text, "ONNX type " + info.GetONNXType(), List.of());
    }
    ConstTensorTypeAndShapeInfo tensor = info.GetTensorTypeAndShapeInfo();
    int type = tensor.GetElementType();
    String typeName;
    if (type == ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8) {
      typeName = "uint8";
    } else if (type == ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT) {
      typeName = "float";
    } else {
      typeName = "ONNX element type " + type;
    }
    long[] shape = tensor.GetShape().get();
    return new GraphSignature.Tensor(text, typeName, LongStream.of(shape).boxed().toList());
  }

  @Override
  public void run(PixelBatch pixels, DenseOutputs outputs) {
    long[] shape = {pixels.count(), pixels.height(), pixels.width(), PixelBatch.CHANNELS};
    ByteBuffer input = pixels.pixels();
    try (PointerScope scope = new PointerScope()) {
      OrtMemoryInfo processor = Lasting.PROCESSOR.asOrtMemoryInfo();
      IoBinding binding = new IoBinding(session);
      binding.BindInput(
          GraphSignature.PIXELS,
          Value.CreateTensor(
              processor,
              new BytePointer(input),
              input.remaining(),
              shape,
              shape.length,
              ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8));
      for (Output output : outputs.wanted()) {
        FloatBuffer values = outputs.get(output).duplicate().clear();
        long[] outputShape = outputs.shape(output);
        binding.BindOutput(
            output.graphName(),
            Value.CreateTensor(
                processor,
                new FloatPointer(values),
                (long) values.capacity() * Float.BYTES,
                outputShape,
                outputShape.length,
                ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT));
      }
      session.Run(new RunOptions(), binding);
    } catch (RuntimeException e) {
      throw new ModelException(
          "ONNX Runtime failed on %d x %d x %d x 3: %s"
              .formatted(shape[0], shape[1], shape[2], e.getMessage()),
          e);
    } finally {
      Reference.reachabilityFence(input);
      Reference.reachabilityFence(pixels);
      Reference.reachabilityFence(outputs);
    }
  }

  @Override
  public void close() {
    session.releaseReference();
  }
}
