package vggstream.train;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import vggstream.model.ModelCard;
import vggstream.model.ModelException;
import vggstream.train.checkpoint.TrainingState.InitialisedFrom;
import vggstream.train.network.Configuration;
import vggstream.train.network.Head;
import vggstream.train.network.ModelFile;
import vggstream.train.network.Network;
import vggstream.train.network.Parameter;
import vggstream.train.network.ParameterSource;
import vggstream.train.network.Preprocessing;

/** A model file of one head with its card, whose weights are read again. */
final class SavedModel implements SavedWeights {
  private static final String ARCHITECTURE = "VGG-";

  private final Path path;
  private final ModelFile file;
  private final ModelCard card;
  private final Network network;
  private final Origin origin;

  private SavedModel(Path path, ModelFile file) throws IOException, TrainingException {
    this.path = path;
    this.file = file;
    try {
      this.card = ModelCard.fromMetadata(file.metadata());
      String architecture = card.architecture();
      if (!architecture.startsWith(ARCHITECTURE)) {
        throw new TrainingException(
            "%s: architecture must be that of one of the paper's networks: is %s"
                .formatted(path, architecture));
      }
      Configuration configuration =
          Configuration.parse(architecture.substring(ARCHITECTURE.length()));
      Head head = head(card.task());
      this.network = file.network(configuration, card.cropSide(), card.classCount(), head);
      this.origin =
          new Origin(
              configuration,
              head,
              card.labels(),
              card.trainingScaleMin(),
              card.trainingScaleMax(),
              card.mean(),
              card.scale());
    } catch (ModelException | IllegalArgumentException e) {
      throw new TrainingException("%s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /**
   * Opens a model file.
   *
   * @throws TrainingException if its card is not that of one of the paper's networks, or it joins
   *     two of them
   */
  static SavedModel open(Path path) throws IOException, TrainingException {
    ModelFile file = ModelFile.open(path);
    try {
      return new SavedModel(path, file);
    } catch (IOException | TrainingException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static Head head(ModelCard.Task task) {
    return switch (task) {
      case CLASSIFY -> Head.CLASSIFY;
      case LOCALISE_SCR -> Head.SCR;
      case LOCALISE_PCR -> Head.PCR;
      case CLASSIFY_LOCALISE_SCR, CLASSIFY_LOCALISE_PCR ->
          throw new IllegalArgumentException(
              "a joined file holds two networks: give the file of one of them");
    };
  }

  /** The model file of a path: itself, or, of a run's folder, its model. */
  static Path file(Path path) {
    return Files.isDirectory(path) ? path.resolve("model.onnx") : path;
  }

  Path path() {
    return path;
  }

  ModelCard card() {
    return card;
  }

  Network network() {
    return network;
  }

  /** All that a file is written from. */
  ExportSource.Weights weights() {
    return new ExportSource.Weights(
        network, new Preprocessing(card.mean(), card.scale()), card, parameters());
  }

  /** The weights, to be read in pieces. */
  ParameterSource parameters() {
    return file.parameters();
  }

  @Override
  public Origin origin() {
    return origin;
  }

  @Override
  public String description() {
    return "%s (%s, %s %s)".formatted(path, card.architecture(), card.name(), card.version());
  }

  @Override
  public InitialisedFrom identity() {
    try (InputStream bytes = Files.newInputStream(path)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] chunk = new byte[1 << 16];
      for (int n = bytes.read(chunk); n >= 0; n = bytes.read(chunk)) {
        digest.update(chunk, 0, n);
      }
      return new InitialisedFrom(path.toString(), HexFormat.of().formatHex(digest.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Set<String> names() {
    return network.parameters().stream().map(Parameter::name).collect(Collectors.toSet());
  }

  @Override
  public List<Long> shape(String name) {
    return network.parameter(name).shape();
  }

  @Override
  public FloatBuffer read(Parameter parameter) throws IOException {
    FloatBuffer values =
        ByteBuffer.allocateDirect(Math.toIntExact(parameter.elements() * Float.BYTES))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    try {
      file.parameters().read(parameter.name(), 0, values.duplicate());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return values;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
