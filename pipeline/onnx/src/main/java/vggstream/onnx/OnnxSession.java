package vggstream.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import vggstream.model.DenseOutputs;
import vggstream.model.Device;
import vggstream.model.GraphSession;
import vggstream.model.GraphSignature;
import vggstream.model.ModelException;
import vggstream.model.ModelOptions;
import vggstream.model.Output;
import vggstream.tensor.PixelBatch;

/** A session of ONNX Runtime: the one class of this module that touches the native library. */
final class OnnxSession implements GraphSession {
  private final OrtEnvironment environment;
  private final OrtSession session;

  private OnnxSession(OrtEnvironment environment, OrtSession session) {
    this.environment = environment;
    this.session = session;
  }

  /** One a process; never freed. Its own log is quiet: what fails is thrown. */
  private static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "vggstream");
  }

  static String runtimeVersion() {
    return environment().getVersion();
  }

  static OnnxSession open(Path file, ModelOptions options) {
    OrtEnvironment environment = environment();
    try (OrtSession.SessionOptions session = new OrtSession.SessionOptions()) {
      session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      session.setIntraOpNumThreads(options.effectiveThreads());
      session.addConfigEntry("session.intra_op.allow_spinning", options.spinning() ? "1" : "0");
      // a pattern a shape would be kept for ever: see RATIONALE.md
      session.setMemoryPatternOptimization(false);
      if (options.device() instanceof Device.Cuda cuda) {
        addCuda(session, cuda, options.gpuMemoryLimit());
      }
      return new OnnxSession(environment, environment.createSession(file.toString(), session));
    } catch (OrtException e) {
      throw new ModelException("ONNX Runtime cannot load " + file + ": " + e.getMessage(), e);
    }
  }

  private static void addCuda(
      OrtSession.SessionOptions session, Device.Cuda device, long memoryLimit) throws OrtException {
    try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device.index())) {
      cuda.add("cudnn_conv_algo_search", "HEURISTIC");
      cuda.add("arena_extend_strategy", "kSameAsRequested");
      if (memoryLimit > 0) {
        cuda.add("gpu_mem_limit", Long.toString(memoryLimit));
      }
      session.addCUDA(cuda);
    }
  }

  @Override
  public Map<String, String> metadata() {
    try {
      return session.getMetadata().getCustomMetadata();
    } catch (OrtException e) {
      throw new ModelException("cannot read the metadata: " + e.getMessage(), e);
    }
  }

  @Override
  public GraphSignature signature() {
    try {
      return new GraphSignature(
          tensors(session.getInputInfo().values()), tensors(session.getOutputInfo().values()));
    } catch (OrtException e) {
      throw new ModelException("cannot read inputs and outputs: " + e.getMessage(), e);
    }
  }

  private static List<GraphSignature.Tensor> tensors(Collection<NodeInfo> nodes) {
    List<GraphSignature.Tensor> tensors = new ArrayList<>();
    for (NodeInfo node : nodes) {
      if (node.getInfo() instanceof TensorInfo info) {
        tensors.add(
            new GraphSignature.Tensor(
                node.getName(),
                info.type.name().toLowerCase(Locale.ROOT),
                LongStream.of(info.getShape()).boxed().toList()));
      } else {
        tensors.add(
            new GraphSignature.Tensor(
                node.getName(), node.getInfo().getClass().getSimpleName(), List.of()));
      }
    }
    return tensors;
  }

  @Override
  public void run(PixelBatch pixels, DenseOutputs outputs) {
    long[] shape = {pixels.count(), pixels.height(), pixels.width(), PixelBatch.CHANNELS};
    Map<String, OnnxTensor> pinned = new HashMap<>();
    try (OnnxTensor input =
        OnnxTensor.createTensor(environment, pixels.pixels(), shape, OnnxJavaType.UINT8)) {
      for (Output output : outputs.wanted()) {
        pinned.put(
            output.graphName(),
            OnnxTensor.createTensor(
                environment, outputs.get(output).duplicate().clear(), outputs.shape(output)));
      }
      session.run(Map.of(GraphSignature.PIXELS, input), pinned).close();
    } catch (OrtException e) {
      throw new ModelException(
          "ONNX Runtime failed on %d x %d x %d x 3: %s"
              .formatted(shape[0], shape[1], shape[2], e.getMessage()),
          e);
    } finally {
      pinned.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new ModelException("ONNX Runtime cannot free the model: " + e.getMessage(), e);
    }
  }
}
