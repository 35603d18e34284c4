package vggstream.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import vggstream.model.ModelCard;
import vggstream.train.network.InferenceGraph;
import vggstream.train.network.Layer;
import vggstream.train.network.Network;
import vggstream.train.network.Parameter;
import vggstream.train.network.ParameterSource;
import vggstream.train.network.Precision;
import vggstream.train.network.Preprocessing;

/**
 * A network that classifies and one that localises, joined: their convolutional layers are the same
 * bit for bit, and one model file computes these once.
 */
final class JoinedExport implements ExportSource {
  /** Values of a layer in memory at a time, of each of the two files. */
  private static final int PIECE = 1 << 18;

  private final SavedModel classifier;
  private final SavedModel localiser;
  private final List<String> shared;

  private JoinedExport(SavedModel classifier, SavedModel localiser, List<String> shared) {
    this.classifier = classifier;
    this.localiser = localiser;
    this.shared = shared;
  }

  /**
   * Opens the two.
   *
   * @param classifierPath model file, or a folder that holds {@code model.onnx}
   * @param localiserPath the same
   * @throws TrainingException if the two cannot be joined
   */
  static JoinedExport open(Path classifierPath, Path localiserPath)
      throws IOException, TrainingException {
    SavedModel classifier = SavedModel.open(SavedModel.file(classifierPath));
    try {
      SavedModel localiser = SavedModel.open(SavedModel.file(localiserPath));
      try {
        requireAgreement(classifier, localiser);
        return new JoinedExport(classifier, localiser, shared(classifier, localiser));
      } catch (TrainingException | RuntimeException e) {
        localiser.close();
        throw e;
      }
    } catch (IOException | TrainingException | RuntimeException e) {
      classifier.close();
      throw e;
    }
  }

  /** What they have in common, for people. */
  String line() {
    return "the two share %d convolutional layers, %s to %s"
        .formatted(shared.size(), shared.get(0), shared.get(shared.size() - 1));
  }

  @Override
  public List<Weights> networks() {
    return List.of(classifier.weights(), localiser.weights());
  }

  @Override
  public void write(Precision precision, Path file) throws IOException {
    ModelCard card = classifier.card();
    InferenceGraph.writeJoined(
        classifier.network(),
        localiser.network(),
        new Preprocessing(card.mean(), card.scale()),
        precision,
        ExportSource.metadata(joined(card, localiser.card()), precision),
        classifier.parameters(),
        localiser.parameters(),
        file);
  }

  @Override
  public void close() throws IOException {
    try {
      classifier.close();
    } finally {
      localiser.close();
    }
  }

  private static ModelCard joined(ModelCard classifier, ModelCard localiser) {
    return new ModelCard(
        classifier.name(),
        "%s+%s".formatted(classifier.version(), localiser.version()),
        classifier.architecture(),
        classifier.task().joinedWith(localiser.task()),
        classifier.labels(),
        classifier.mean(),
        classifier.scale(),
        classifier.trainingScaleMin(),
        classifier.trainingScaleMax(),
        classifier.cropSide(),
        classifier.stride(),
        classifier.featureCount(),
        "classifier: %s; localiser %s %s: %s"
            .formatted(
                classifier.weightsSource(),
                localiser.name(),
                localiser.version(),
                localiser.weightsSource()));
  }

  private static void requireAgreement(SavedModel first, SavedModel second)
      throws TrainingException {
    ModelCard a = first.card();
    ModelCard b = second.card();
    require(a.task() == ModelCard.Task.CLASSIFY, "the first file's task", "classify", a.task());
    require(b.task() != ModelCard.Task.CLASSIFY, "the second file's task", "localise", b.task());
    same("architecture", a.architecture(), b.architecture());
    same("crop side", a.cropSide(), b.cropSide());
    same("mean", a.mean(), b.mean());
    same("pixel scale", a.scale(), b.scale());
    same(
        "training scale",
        List.of(a.trainingScaleMin(), a.trainingScaleMax()),
        List.of(b.trainingScaleMin(), b.trainingScaleMax()));
    Optional<String> labels = a.labelDifference(b);
    if (labels.isPresent()) {
      throw new TrainingException("labels must be the same to join: " + labels.get());
    }
  }

  private static void require(boolean holds, String what, String wanted, Object was)
      throws TrainingException {
    if (!holds) {
      throw new TrainingException("%s must be to %s: was %s".formatted(what, wanted, was));
    }
  }

  private static void same(String what, Object first, Object second) throws TrainingException {
    if (!first.equals(second)) {
      throw new TrainingException(
          "%s must be the same to join: were %s and %s".formatted(what, first, second));
    }
  }

  /** Names of the convolutional layers, which must be the same in both. */
  private static List<String> shared(SavedModel classifier, SavedModel localiser)
      throws TrainingException {
    Network network = classifier.network();
    List<String> same = new ArrayList<>();
    List<String> different = new ArrayList<>();
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Convolution) {
        boolean equal = true;
        for (Parameter p : layer.parameters()) {
          equal &= isSame(p, localiser, classifier.parameters(), localiser.parameters());
        }
        (equal ? same : different).add(layer.name());
      }
    }
    if (!different.isEmpty()) {
      throw new TrainingException(
          ("convolutional layers must be the same bit for bit to join, as fine-tune: fc leaves them:"
                  + " %s differ between %s and %s")
              .formatted(String.join(", ", different), classifier.path(), localiser.path()));
    }
    return same;
  }

  private static boolean isSame(
      Parameter p, SavedModel other, ParameterSource a, ParameterSource b) {
    if (!other.network().parameter(p.name()).shape().equals(p.shape())) {
      return false;
    }
    for (long first = 0; first < p.elements(); first += PIECE) {
      int n = (int) Math.min(PIECE, p.elements() - first);
      if (piece(a, p.name(), first, n).mismatch(piece(b, p.name(), first, n)) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static ByteBuffer piece(ParameterSource source, String name, long first, int n) {
    ByteBuffer bytes = ByteBuffer.allocate(n * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    source.read(name, first, bytes.asFloatBuffer());
    return bytes;
  }
}
