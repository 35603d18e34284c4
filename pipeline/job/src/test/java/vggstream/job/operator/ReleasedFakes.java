package vggstream.job.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import vggstream.job.batch.Classifier;
import vggstream.job.batch.Fakes;
import vggstream.job.codec.ModelRole;
import vggstream.job.codec.Release;
import vggstream.job.config.ClassifierOptions;
import vggstream.model.ModelCard;

/**
 * Model files whose content is the version in their card; "broken" is none. What operators share is
 * static, for they are serialised.
 */
final class ReleasedFakes {
  /** Versions that are not loaded before they are let. */
  static final Map<String, CountDownLatch> HELD = new ConcurrentHashMap<>();

  private static final Set<Fakes.Model> LOADED = ConcurrentHashMap.newKeySet();

  private ReleasedFakes() {}

  static void reset() {
    HELD.clear();
    LOADED.clear();
  }

  static void requireAllClosed() {
    LOADED.forEach(model -> assertTrue(model.closed, "each model is closed"));
    assertEquals(
        0,
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.getName().startsWith("vgg-release"))
            .count(),
        "threads of releases");
  }

  static Path file(Path directory, String version) throws IOException {
    return Files.writeString(directory.resolve(version), version);
  }

  static Release release(Path directory, ModelRole role, String version, double share)
      throws Exception {
    Path file = file(directory, version);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return new Release(
        role, "fake", version, file.toUri().toString(), HexFormat.of().formatHex(digest), share);
  }

  static Classifier open(ClassifierOptions options) {
    try {
      String version = Files.readString(Path.of(options.modelFile()));
      CountDownLatch held = HELD.get(version);
      if (held != null) {
        held.await();
      }
      if (version.equals("broken")) {
        throw new IllegalArgumentException("no model");
      }
      Fakes.Model model = new Fakes.Model();
      ModelCard card = model.card;
      model.card =
          new ModelCard(
              card.name(),
              version,
              card.architecture(),
              card.task(),
              card.labels(),
              card.mean(),
              card.scale(),
              card.trainingScaleMin(),
              card.trainingScaleMax(),
              card.cropSide(),
              card.stride(),
              card.featureCount(),
              card.weightsSource());
      LOADED.add(model);
      return Fakes.classifier(model, options);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
