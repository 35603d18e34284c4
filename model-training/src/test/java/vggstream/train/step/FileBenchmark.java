package vggstream.train.step;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.onnxruntime.Env;
import org.bytedeco.onnxruntime.Session;
import org.bytedeco.onnxruntime.SessionOptions;
import org.bytedeco.onnxruntime.global.onnxruntime;
import vggstream.model.DenseModel;
import vggstream.model.DenseModels;
import vggstream.model.Device;
import vggstream.model.ModelCard;
import vggstream.model.ModelOptions;
import vggstream.train.network.Configuration;
import vggstream.train.network.InferenceGraph;
import vggstream.train.network.Network;
import vggstream.train.network.NetworkSpec;
import vggstream.train.network.ParameterSource;

/**
 * Times the writing and the loading of VGG-D's model file, by turns with what they stand beside.
 */
final class FileBenchmark {
  private static final int ROUNDS = 5;
  private static final int LOADS = 3;
  private static final int BLOCK = 4 << 20;

  private final Network network = Network.of(NetworkSpec.paper(Configuration.D));
  private final int threads;

  FileBenchmark(int threads) {
    this.threads = threads;
  }

  /** The export against a plain sequential write of as many bytes, both forced to disk. */
  Ratio export() throws IOException {
    Path folder = Files.createTempDirectory("vgg-benchmark");
    Path ours = folder.resolve("model.onnx");
    Path plain = folder.resolve("plain");
    try {
      double[] exports = new double[ROUNDS];
      double[] writes = new double[ROUNDS];
      for (int i = -1; i < ROUNDS; i++) { // the first is not counted
        int place = Math.max(i, 0);
        exports[place] = seconds(() -> write(ours));
        writes[place] = seconds(() -> writePlainly(plain, Files.size(ours)));
        Files.delete(plain);
      }
      String what = "export of VGG-D / plain write of %d bytes, s".formatted(Files.size(ours));
      return Ratio.of(what, median(exports), median(writes), "<= 2");
    } finally {
      Files.deleteIfExists(ours);
      Files.deleteIfExists(plain);
      Files.delete(folder);
    }
  }

  /** Loading the export against ONNX Runtime loading the same graph, written by protobuf. */
  Ratio load() throws IOException {
    Path folder = Files.createTempDirectory("vgg-benchmark");
    Path ours = folder.resolve("model.onnx");
    Path other = folder.resolve("other.onnx");
    try {
      write(ours);
      rewrite(ours, other);
      double[] loads = new double[LOADS];
      double[] peers = new double[LOADS];
      for (int i = -1; i < LOADS; i++) { // the first fills the cache of files
        int place = Math.max(i, 0);
        loads[place] = seconds(() -> open(ours));
        peers[place] = seconds(() -> openPlainly(other));
      }
      return Ratio.of(
          "load of VGG-D / ONNX Runtime alone, written elsewhere, s",
          median(loads),
          median(peers),
          "<= 1.2");
    } finally {
      Files.deleteIfExists(ours);
      Files.deleteIfExists(other);
      Files.delete(folder);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static double seconds(Work work) throws IOException {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private void write(Path file) throws IOException {
    float[] block = new float[BLOCK / Float.BYTES];
    Random random = new Random(1);
    for (int i = 0; i < block.length; i++) {
      block[i] = 0.01f * random.nextFloat();
    }
    FloatBuffer values = FloatBuffer.wrap(block);
    ParameterSource source = (name, first, into) -> into.put(values.slice(0, into.remaining()));
    InferenceGraph.write(network, Samples.PREPROCESSING, card().toMetadata(), source, file);
  }

  private ModelCard card() {
    NetworkSpec spec = network.spec();
    return new ModelCard(
        "benchmark",
        "1",
        "VGG-D",
        ModelCard.Task.CLASSIFY,
        IntStream.range(0, spec.classes()).mapToObj(k -> "class-" + k).toList(),
        Samples.PREPROCESSING.mean(),
        Samples.PREPROCESSING.scale(),
        256,
        256,
        spec.cropSide(),
        NetworkSpec.STRIDE,
        spec.fcWidth(),
        "random");
  }

  private static void writePlainly(Path file, long bytes) throws IOException {
    byte[] values = new byte[BLOCK];
    new Random(1).nextBytes(values);
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK).put(values);
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long left = bytes; left > 0; ) {
        block.clear().limit((int) Math.min(BLOCK, left));
        while (block.hasRemaining()) {
          left -= out.write(block);
        }
      }
      out.force(true);
    }
  }

  private static void rewrite(Path from, Path to) throws IOException {
    try (InputStream in = Files.newInputStream(from);
        OutputStream out = Files.newOutputStream(to)) {
      ModelProto.parseFrom(in).writeTo(out);
    }
  }

  private void open(Path file) {
    ModelOptions options = ModelOptions.on(new Device.Cpu()).withThreads(threads);
    try (DenseModel model = DenseModels.open(file, options)) {
      if (model.card().labels().size() != network.spec().classes()) {
        throw new IllegalStateException("not the model that was written");
      }
    }
  }

  @SuppressWarnings("try") // a PointerScope works by being open
  private void openPlainly(Path file) {
    try (PointerScope scope = new PointerScope()) {
      Env environment = new Env(onnxruntime.ORT_LOGGING_LEVEL_FATAL, "benchmark");
      SessionOptions options = new SessionOptions();
      options.SetIntraOpNumThreads(threads);
      Session session = new Session(environment, new BytePointer(file.toString()), options);
      if (session.GetInputCount() != 1) {
        throw new IllegalStateException("not the model that was written");
      }
    }
  }
}
