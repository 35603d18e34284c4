package vggstream.job.batch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vggstream.classify.Protocol;
import vggstream.job.config.ClassifierOptions;
import vggstream.model.DenseModel;
import vggstream.model.DenseModelRuntime;
import vggstream.model.DenseModels;
import vggstream.model.Device;
import vggstream.model.ModelCard;
import vggstream.model.ModelException;
import vggstream.model.ModelOptions;

/**
 * The loaded models of this process, each with its localiser, if any, and its batcher: one for all
 * that ask for the same files (by SHA-256) with the same options, so that memory is spent once and
 * batches fill. They are closed when the last who asked is done. Thread-safe.
 */
public final class SharedClassifiers {
  private static final Logger LOG = LoggerFactory.getLogger(SharedClassifiers.class);

  /** Those of this process (of this class loader, that is: Flink has one a job). */
  private static final SharedClassifiers PROCESS = new SharedClassifiers(DenseModels::runtime);

  /** Finds the runtime when a model is first needed. */
  interface RuntimeFinder {
    DenseModelRuntime runtime();
  }

  private record Key(String sha256, @Nullable String localiserSha256, ClassifierOptions options) {}

  private record FileState(Path file, long size, FileTime modified) {}

  private final RuntimeFinder runtimes;
  private final Map<Key, Loaded> loaded = new HashMap<>();
  private final Map<FileState, String> digests = new HashMap<>();

  SharedClassifiers(RuntimeFinder runtimes) {
    this.runtimes = runtimes;
  }

  private static final class Loaded {
    private final Networks networks;
    private final Protocol protocol;
    private final MicroBatcher batcher;
    private int users;

    Loaded(Networks networks, Protocol protocol, MicroBatcher batcher) {
      this.networks = networks;
      this.protocol = protocol;
      this.batcher = batcher;
    }
  }

  /**
   * A classifier for these options, loaded if nobody else uses it yet.
   *
   * @throws ModelException if a file cannot be read or is no model, or the device cannot be had
   * @throws IllegalArgumentException if a scale is too small for the model, it does not classify,
   *     or the localiser does not fit it
   */
  public static Classifier open(ClassifierOptions options) {
    return PROCESS.acquire(options);
  }

  synchronized Classifier acquire(ClassifierOptions options) {
    String sha256 = sha256(Path.of(options.modelFile()));
    String localiser = options.localiserFile();
    String localiserSha256 = localiser == null ? null : sha256(Path.of(localiser));
    Key key = new Key(sha256, localiserSha256, options);
    Loaded entry = loaded.get(key);
    if (entry == null) {
      entry = load(options, sha256.equals(localiserSha256));
      loaded.put(key, entry);
      LOG.info(
          "Loaded {} for scales {} on {}",
          describe(entry.networks, sha256, localiserSha256),
          entry.protocol.scales(),
          options.device());
    }
    entry.users++;
    return new Classifier(
        entry.networks, sha256, localiserSha256, entry.protocol, entry.batcher, () -> release(key));
  }

  private static String describe(
      Networks networks, String sha256, @Nullable String localiserSha256) {
    ModelCard card = networks.classifier().card();
    String classifier = "%s %s (%s)".formatted(card.name(), card.version(), sha256);
    DenseModel second = networks.second();
    if (second == null) {
      return classifier + (networks.localises() ? ", which localises too," : "");
    }
    return "%s, localiser %s %s (%s),"
        .formatted(classifier, second.card().name(), second.card().version(), localiserSha256);
  }

  private synchronized void release(Key key) {
    Loaded entry = loaded.get(key);
    if (entry != null && --entry.users == 0) {
      loaded.remove(key);
      entry.batcher.close();
      entry.networks.close();
    }
  }

  /** Number of models that are loaded. */
  synchronized int size() {
    return loaded.size();
  }

  private Loaded load(ClassifierOptions options, boolean sameFile) {
    Networks networks = open(options, sameFile);
    try {
      Protocol protocol =
          options.scales().isEmpty()
              ? Protocol.multiScale(networks.classifier().card(), options.flip())
              : new Protocol(options.scales(), options.flip());
      return new Loaded(networks, protocol, new MicroBatcher(networks, protocol, options));
    } catch (RuntimeException | Error e) {
      networks.close();
      throw e;
    }
  }

  private Networks open(ClassifierOptions options, boolean sameFile) {
    DenseModel classifier = open(options.modelFile(), options);
    DenseModel localiser = null;
    try {
      String file = options.localiserFile();
      if (file == null || sameFile) {
        return file == null ? Networks.of(classifier) : new Networks(classifier, classifier);
      }
      localiser = open(file, options);
      return new Networks(classifier, localiser);
    } catch (RuntimeException | Error e) {
      classifier.close();
      if (localiser != null) {
        localiser.close();
      }
      throw e;
    }
  }

  private DenseModel open(String file, ClassifierOptions options) {
    int cores = Runtime.getRuntime().availableProcessors();
    int threads =
        options.inferenceThreads() > 0
            ? options.inferenceThreads()
            : Math.max(1, cores / options.inferenceConcurrency());
    return runtimes
        .runtime()
        .open(
            Path.of(file),
            ModelOptions.on(Device.parse(options.device()))
                .withThreads(threads)
                .withSpinning(false));
  }

  private String sha256(Path file) {
    try {
      FileState state =
          new FileState(file.toRealPath(), Files.size(file), Files.getLastModifiedTime(file));
      String digest = digests.get(state);
      if (digest == null) {
        digest = digest(file);
        digests.put(state, digest);
      }
      return digest;
    } catch (IOException e) {
      throw new ModelException("model file " + file + " cannot be read: " + e, e);
    }
  }

  private static String digest(Path file) throws IOException {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha256.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
