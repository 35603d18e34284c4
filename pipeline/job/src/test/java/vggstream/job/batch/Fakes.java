package vggstream.job.batch;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import vggstream.image.ImageEncoder;
import vggstream.image.Size;
import vggstream.job.config.ClassifierOptions;
import vggstream.job.config.JobOptions;
import vggstream.model.DenseModel;
import vggstream.model.DenseModelRuntime;
import vggstream.model.DenseOutputs;
import vggstream.model.Device;
import vggstream.model.ModelCard;
import vggstream.model.ModelException;
import vggstream.model.ModelMemoryException;
import vggstream.model.ModelOptions;
import vggstream.model.Output;
import vggstream.tensor.PixelBatch;

/** Hand-made parts for tests of the batcher. */
public final class Fakes {
  private Fakes() {}

  /** One run: images and size. */
  record Run(int slots, int height, int width) {}

  /** A predicted box: the left half of its window; centre x, centre y, width, height. */
  private static final float[] LEFT_HALF = {0.25f, 0.5f, 0.5f, 1f};

  /**
   * Scores an image by the mean of its first pixel's colours, alike at each window, and puts a box
   * around the left half of each window; fails on images whose first pixel is {@link #POISON}.
   */
  public static final class Model implements DenseModel {
    public static final int POISON = 66;

    /** First pixel of images that stand for a process that cannot go on. */
    public static final int FATAL = 67;

    final List<Run> runs = Collections.synchronizedList(new ArrayList<>());
    public final Semaphore allowed = new Semaphore(Integer.MAX_VALUE);
    public volatile ModelCard card = Fakes.card(ModelCard.Task.CLASSIFY, "red", "green", "blue");
    public volatile boolean closed;

    /** Most pixels of a run, slots included; for more there is no memory. */
    volatile long memoryPixels = Long.MAX_VALUE;

    /** Added to the score of the first class. */
    volatile float tilt;

    /** Its device is gone. */
    volatile boolean lost;

    final Set<Set<Output>> asked = Collections.synchronizedSet(new HashSet<>());

    @Override
    public Device device() {
      return new Device.Cpu();
    }

    @Override
    public ModelCard card() {
      return card;
    }

    /** From now on runs wait until they are let through. */
    public void hold() {
      allowed.drainPermits();
    }

    @Override
    public void run(PixelBatch pixels, DenseOutputs outputs) {
      allowed.acquireUninterruptibly();
      if (pixels.count() != outputs.count()) {
        throw new IllegalArgumentException("outputs are for another batch");
      }
      if (lost) {
        throw new ModelException("the device is lost");
      }
      if ((long) pixels.count() * pixels.height() * pixels.width() > memoryPixels) {
        throw new ModelMemoryException("failed to allocate memory", new IllegalStateException());
      }
      runs.add(new Run(pixels.count(), pixels.height(), pixels.width()));
      ByteBuffer all = pixels.pixels();
      int bytes = pixels.height() * pixels.width() * PixelBatch.CHANNELS;
      asked.add(Set.copyOf(outputs.wanted()));
      for (int n = 0; n < pixels.count(); n++) {
        if ((all.get(n * bytes) & 0xff) == POISON) {
          throw new ModelException("the runtime chokes on slot " + n);
        }
        if ((all.get(n * bytes) & 0xff) == FATAL) {
          throw new UnsatisfiedLinkError("a native library is missing");
        }
        for (Output output : outputs.wanted()) {
          write(output, all.slice(n * bytes, bytes), outputs, n);
        }
      }
    }

    private void write(Output output, ByteBuffer image, DenseOutputs outputs, int n) {
      long[] shape = outputs.shape(output); // (N, C) or (N, C, h, w)
      int channels = (int) shape[1];
      int windows = shape.length == 2 ? 1 : (int) (shape[2] * shape[3]);
      for (int c = 0; c < channels; c++) {
        int value = image.get(c % 3) & 0xff;
        float said = value == 99 ? Float.NaN : value / 64f;
        if (c == 0) {
          said += tilt;
        }
        if (output == Output.BOX_MAP) {
          said = (image.get(1) & 0xff) == 98 ? Float.NaN : LEFT_HALF[c % 4];
        }
        for (int w = 0; w < windows; w++) {
          outputs.get(output).put((n * channels + c) * windows + w, said);
        }
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** A classifier that is shared as in a process, with a model of its own. */
  public static Classifier classifier(Model model, ClassifierOptions options) {
    return shared(model).acquire(options);
  }

  static SharedClassifiers shared(Model model) {
    return shared(file -> model);
  }

  /** As in a process, with the model of each device. */
  static SharedClassifiers sharedByDevice(Function<String, Model> models) {
    return new SharedClassifiers(
        () ->
            new DenseModelRuntime() {
              @Override
              public String name() {
                return "fake";
              }

              @Override
              public DenseModel open(Path file, ModelOptions options) {
                return models.apply(options.device().toString());
              }
            });
  }

  /** As in a process, with the model of each file. */
  static SharedClassifiers shared(Function<Path, Model> models) {
    return new SharedClassifiers(
        () ->
            new DenseModelRuntime() {
              @Override
              public String name() {
                return "fake";
              }

              @Override
              public DenseModel open(Path file, ModelOptions options) {
                return models.apply(file);
              }
            });
  }

  public static ModelCard card(ModelCard.Task task, String... labels) {
    return new ModelCard(
        "fake",
        "1",
        "fake",
        task,
        List.of(labels),
        List.of(128f, 128f, 128f),
        List.of(1f, 1f, 1f),
        8,
        8,
        8,
        4,
        3,
        "none");
  }

  /** A PNG of one colour. */
  public static ByteBuffer png(int width, int height, int red, int green, int blue) {
    byte[] rgb = new byte[width * height * 3];
    for (int p = 0; p < rgb.length; p += 3) {
      rgb[p] = (byte) red;
      rgb[p + 1] = (byte) green;
      rgb[p + 2] = (byte) blue;
    }
    return ByteBuffer.wrap(ImageEncoder.png(ByteBuffer.wrap(rgb), new Size(width, height)));
  }

  static ClassifierOptions options(int batchSize, Duration linger, Map<String, String> more) {
    Map<String, String> words = new java.util.HashMap<>();
    words.put("bootstrap-servers", "none:1");
    words.put("model", "none");
    words.put("scales", "8");
    words.put("flip", "false");
    words.put("capacity", "10000");
    words.put("warm-up", "false");
    words.put("inference-concurrency", "1");
    words.put("batch-size", Integer.toString(batchSize));
    words.put("batch-linger", linger.toMillis() + " ms");
    words.putAll(more);
    return JobOptions.of(words).classifier();
  }

  /** Keeps answers in the order in which they come. */
  static final class Answers implements Consumer<Outcome> {
    final BlockingQueue<Outcome> queue = new LinkedBlockingQueue<>();

    @Override
    public void accept(Outcome outcome) {
      queue.add(outcome);
    }

    Outcome next() throws InterruptedException {
      Outcome outcome = queue.poll(30, TimeUnit.SECONDS);
      if (outcome == null) {
        throw new AssertionError("no answer within 30 s");
      }
      return outcome;
    }

    List<Outcome> next(int count) throws InterruptedException {
      List<Outcome> outcomes = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        outcomes.add(next());
      }
      return outcomes;
    }
  }
}
