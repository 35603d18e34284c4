package vggstream.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vggstream.tensor.PixelBatch;

/**
 * The {@link DenseModel} over a {@link GraphSession}: everything that does not depend on the
 * runtime. It picks the device, checks the card against the graph and the arguments of each run
 * against the card, and closes once running calls have ended.
 */
public final class CheckedModel implements DenseModel {
  private static final Logger LOG = LoggerFactory.getLogger(CheckedModel.class);

  private final ModelCard card;
  private final Device device;
  private final GraphSession session;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private volatile boolean closed;

  private CheckedModel(ModelCard card, Device device, GraphSession session) {
    this.card = card;
    this.device = device;
    this.session = session;
  }

  /**
   * Loads a file as {@link DenseModelRuntime#open} says. {@link Device.Auto} tries {@code cuda:0}
   * and falls back to the processor with one warning that gives the reason.
   *
   * @throws ModelException naming the file, the rule and the value
   */
  public static DenseModel open(Path file, ModelOptions options, GraphSession.Opener opener) {
    return open(file, options, opener, NvidiaDriver.absence());
  }

  static DenseModel open(
      Path file, ModelOptions options, GraphSession.Opener opener, Optional<String> noDriver) {
    requireFile(file);
    Device device = options.device();
    if (device instanceof Device.Cpu) {
      return load(file, options, opener);
    }
    if (device instanceof Device.Cuda) {
      return loadOnCuda(file, options, opener, noDriver);
    }
    try {
      return loadOnCuda(file, options.withDevice(new Device.Cuda(0)), opener, noDriver);
    } catch (ModelException e) {
      DenseModel model = load(file, options.withDevice(new Device.Cpu()), opener);
      LOG.warn("Device auto: {} runs on the processor, as {}", model.card().name(), e.getMessage());
      return model;
    }
  }

  private static void requireFile(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new ModelException(
            "a model must be a file: " + file + (Files.exists(file) ? " is none" : " is missing"));
      }
      if (Files.size(file) == 0) {
        throw new ModelException("a model file must not be empty: " + file + " has 0 bytes");
      }
    } catch (IOException e) {
      throw new ModelException("cannot read model file " + file + ": " + e, e);
    }
  }

  private static DenseModel loadOnCuda(
      Path file, ModelOptions options, GraphSession.Opener opener, Optional<String> noDriver) {
    try {
      if (noDriver.isPresent()) {
        throw new ModelException(noDriver.get());
      }
      return load(file, options, opener);
    } catch (ModelException e) {
      throw new ModelException(
          "device %s cannot be had for %s: %s".formatted(options.device(), file, e.getMessage()),
          e);
    }
  }

  private static DenseModel load(Path file, ModelOptions options, GraphSession.Opener opener) {
    GraphSession session = opener.open(file, options);
    try {
      ModelCard card = ModelCard.fromMetadata(session.metadata());
      session.signature().requireMatches(card);
      probe(card, session);
      return new CheckedModel(card, options.device(), session);
    } catch (ModelException e) {
      session.close();
      throw new ModelException("model file " + file + ": " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  /**
   * One small run whose map must have one position along the height and two along the width: the
   * largest side that still is one window, and the smallest that is two.
   */
  private static void probe(ModelCard card, GraphSession session) {
    int height = card.cropSide() + card.stride() - 1;
    int width = card.cropSide() + card.stride();
    PixelBatch pixels = PixelBatch.allocate(1, height, width);
    DenseOutputs outputs = DenseOutputs.allocate(card, 1, height, width, card.task().outputs());
    try {
      session.run(pixels, outputs);
    } catch (ModelException e) {
      StringBuilder shapes = new StringBuilder();
      for (Output o : outputs.wanted()) {
        shapes.append(' ').append(o.graphName()).append(Arrays.toString(outputs.shape(o)));
      }
      throw new ModelException(
          "an input of 1 x %d x %d x 3 must give%s, as crop-side %d, stride %d, %d labels and feature-count %d of the card say: %s"
              .formatted(
                  height,
                  width,
                  shapes,
                  card.cropSide(),
                  card.stride(),
                  card.classCount(),
                  card.featureCount(),
                  e.getMessage()),
          e);
    }
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public ModelCard card() {
    return card;
  }

  @Override
  public void run(PixelBatch pixels, DenseOutputs outputs) {
    requireShapes(pixels, outputs);
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("model " + card.name() + " is closed");
      }
      session.run(pixels, outputs);
    } catch (ModelException e) {
      throw ModelMemoryException.orSame(e);
    } finally {
      lock.readLock().unlock();
    }
  }

  private void requireShapes(PixelBatch pixels, DenseOutputs outputs) {
    int n = pixels.count();
    int height = pixels.height();
    int width = pixels.width();
    if (outputs.count() != n || outputs.height() != height || outputs.width() != width) {
      throw new IllegalArgumentException(
          "outputs must be made for the batch's %d x %d x %d: were for %d x %d x %d"
              .formatted(n, height, width, outputs.count(), outputs.height(), outputs.width()));
    }
    for (Output output : outputs.wanted()) {
      long[] wanted = DenseOutputs.shape(card, output, n, height, width);
      long[] shape = outputs.shape(output);
      if (!Arrays.equals(wanted, shape)) {
        throw new IllegalArgumentException(
            "output %s of %s must be %s: was %s"
                .formatted(
                    output.graphName(),
                    card.name(),
                    Arrays.toString(wanted),
                    Arrays.toString(shape)));
      }
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        session.close();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Override
  public String toString() {
    return card.name() + " " + card.version();
  }
}
