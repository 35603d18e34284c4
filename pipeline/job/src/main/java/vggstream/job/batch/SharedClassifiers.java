package vggstream.job.batch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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

  /** Where a model's file lies is all the same: its digest says which it is. */
  private record Key(
      List<String> sha256s, @Nullable String localiserSha256, ClassifierOptions options) {
    Key {
      options = options.withModelFile("");
    }
  }

  private record FileState(Path file, long size, FileTime modified) {}

  private final RuntimeFinder runtimes;
  private final Map<Key, Entry> entries = new HashMap<>(); // guarded by this
  private final Map<FileState, String> digests = new ConcurrentHashMap<>();
  private final SizesInUse sizesInUse = new SizesInUse();

  SharedClassifiers(RuntimeFinder runtimes) {
    this.runtimes = runtimes;
  }

  private static final class Loaded {
    private final List<Networks> replicas; // one a device
    private final Protocol protocol;
    private final MicroBatcher batcher;
    private final long loadNanos;

    Loaded(List<Networks> replicas, Protocol protocol, MicroBatcher batcher, long loadNanos) {
      this.replicas = replicas;
      this.protocol = protocol;
      this.batcher = batcher;
      this.loadNanos = loadNanos;
    }

    void close() {
      batcher.close();
      closeAll(replicas);
    }
  }

  /** A model and its users; it may be on its way. */
  private static final class Entry {
    private final CompletableFuture<Loaded> loaded = new CompletableFuture<>();
    private int users; // guarded by the map's owner
  }

  /**
   * A classifier for these options, loaded if nobody else uses it yet.
   *
   * @throws ModelException if a file cannot be read or is no model, or the device cannot be had
   * @throws IllegalArgumentException if a scale is too small for the model, it does not classify,
   *     or its networks do not fit together
   */
  public static Classifier open(ClassifierOptions options) {
    return PROCESS.acquire(options);
  }

  /**
   * A classifier for these options but with another model, in place of all of theirs; the file is
   * asked for only if nobody else uses the model yet.
   *
   * @throws ModelException as {@link #open(ClassifierOptions)}, and as the source throws
   * @throws IllegalArgumentException as {@link #open(ClassifierOptions)}
   */
  public static Classifier open(ClassifierOptions options, ModelSource source) {
    return PROCESS.acquire(options, source);
  }

  Classifier acquire(ClassifierOptions options) {
    List<String> sha256s =
        options.modelFiles().stream().map(file -> sha256(Path.of(file))).toList();
    Key key = new Key(sha256s, localiserSha256(options), options);
    return acquire(key, () -> load(options, key));
  }

  Classifier acquire(ClassifierOptions options, ModelSource source) {
    Key key = new Key(List.of(source.sha256()), localiserSha256(options), options);
    return acquire(
        key, () -> source.with(file -> load(options.withModelFile(file.toString()), key)));
  }

  private @Nullable String localiserSha256(ClassifierOptions options) {
    String localiser = options.localiserFile();
    return localiser == null ? null : sha256(Path.of(localiser));
  }

  /** Whoever comes first loads, outside the lock: others use other models meanwhile. */
  private Classifier acquire(Key key, Supplier<Loaded> loader) {
    Entry entry;
    boolean first;
    synchronized (this) {
      Entry known = entries.get(key);
      first = known == null;
      entry = known == null ? new Entry() : known;
      if (first) {
        entries.put(key, entry);
      }
      entry.users++;
    }
    if (first) {
      load(key, entry, loader);
    }
    Loaded model = await(entry.loaded);
    return new Classifier(
        model.replicas.get(0),
        key.sha256s(),
        key.localiserSha256(),
        model.protocol,
        model.batcher,
        model.loadNanos,
        () -> release(key, entry));
  }

  private void load(Key key, Entry entry, Supplier<Loaded> loader) {
    try {
      entry.loaded.complete(loader.get());
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        entries.remove(key, entry);
      }
      entry.loaded.completeExceptionally(e);
    }
  }

  private static Loaded await(CompletableFuture<Loaded> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private static String describe(
      Networks networks, List<String> sha256s, @Nullable String localiserSha256) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < sha256s.size(); i++) {
      ModelCard card = networks.classifiers().get(i).card();
      parts.add("%s %s (%s)".formatted(card.name(), card.version(), sha256s.get(i)));
    }
    String classifiers = String.join(" and ", parts);
    List<DenseModel> separate = networks.separateLocalisers();
    if (separate.isEmpty()) {
      return classifiers + (networks.localises() ? ", which localises too," : "");
    }
    ModelCard card = separate.get(0).card();
    return "%s, localiser %s %s (%s),"
        .formatted(classifiers, card.name(), card.version(), localiserSha256);
  }

  private void release(Key key, Entry entry) {
    synchronized (this) {
      if (--entry.users > 0) {
        return;
      }
      entries.remove(key, entry);
    }
    entry.loaded.join().close();
  }

  /** Number of models that are loaded, or on their way. */
  synchronized int size() {
    return entries.size();
  }

  private Loaded load(ClassifierOptions options, Key key) {
    long start = System.nanoTime();
    List<Networks> replicas = new ArrayList<>();
    try {
      for (String device : options.devices()) {
        replicas.add(open(options, Device.parse(device), key.sha256s(), key.localiserSha256()));
      }
      Protocol protocol =
          options.scales().isEmpty()
              ? Protocol.multiScale(replicas.get(0).card(), options.flip())
              : new Protocol(options.scales(), options.flip());
      MicroBatcher batcher = new MicroBatcher(replicas, protocol, options, sizesInUse);
      long nanos = System.nanoTime() - start;
      LOG.info(
          "Loaded {} for scales {} on {} in {} ms",
          describe(replicas.get(0), key.sha256s(), key.localiserSha256()),
          protocol.scales(),
          options.devices(),
          TimeUnit.NANOSECONDS.toMillis(nanos));
      return new Loaded(replicas, protocol, batcher, nanos);
    } catch (RuntimeException | Error e) {
      closeAll(replicas);
      throw e;
    }
  }

  private static void closeAll(List<Networks> replicas) {
    Networks.closeAll(replicas.stream().flatMap(networks -> networks.each().stream()).toList());
  }

  private Networks open(
      ClassifierOptions options,
      Device device,
      List<String> sha256s,
      @Nullable String localiserSha256) {
    List<DenseModel> opened = new ArrayList<>();
    try {
      for (String file : options.modelFiles()) {
        opened.add(open(file, options, device));
      }
      List<DenseModel> classifiers = List.copyOf(opened);
      if (options.embedding()) {
        return Networks.embedding(classifiers);
      }
      String file = options.localiserFile();
      if (file == null || localiserSha256 == null) {
        return Networks.of(classifiers);
      }
      int joined = sha256s.indexOf(localiserSha256);
      if (joined < 0) {
        opened.add(open(file, options, device));
      }
      return new Networks(
          classifiers, List.of(joined < 0 ? opened.get(opened.size() - 1) : opened.get(joined)));
    } catch (RuntimeException | Error e) {
      Networks.closeAll(opened);
      throw e;
    }
  }

  private DenseModel open(String file, ClassifierOptions options, Device device) {
    int cores = Runtime.getRuntime().availableProcessors();
    int threads = options.threadsOfARun(cores);
    return runtimes
        .runtime()
        .open(Path.of(file), ModelOptions.on(device).withThreads(threads).withSpinning(false));
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
