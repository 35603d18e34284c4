package vggstream.train;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import vggstream.model.ModelCard;
import vggstream.train.data.DataSet;
import vggstream.train.data.DataSets;
import vggstream.train.data.ImageSet;
import vggstream.train.report.Evaluation;

/** What an evaluation is of, as its result names it. */
final class EvaluationInputs {
  private EvaluationInputs() {}

  /** The split that is evaluated if none is given; empty where one must be given. */
  static Optional<String> presetSplit(DataSet dataSet) {
    List<String> there = dataSet.splits();
    for (String preset : List.of(DataSets.TEST, DataSets.VAL)) {
      if (there.contains(preset)) {
        return Optional.of(preset);
      }
    }
    return there.size() != 1 || there.contains(DataSets.TRAIN)
        ? Optional.empty()
        : Optional.of(there.get(0));
  }

  /**
   * Names the images.
   *
   * @param data the data set's path as given
   */
  static Evaluation.Data name(Path data, DataSet dataSet, ImageSet images, String split)
      throws IOException {
    Path folder = dataSet.root().toRealPath();
    String name = String.valueOf(folder.getFileName());
    String part = split;
    if (part.equals(DataSets.ALL)
        && List.of(DataSets.TRAIN, DataSets.VAL, DataSets.TEST).contains(name)
        && folder.getParent() != null) { // DIR/test, given as a data set of its own
      part = name;
      name = String.valueOf(folder.getParent().getFileName());
    }
    return new Evaluation.Data(
        data.toString(),
        name,
        dataSet.layout(),
        part,
        images.labels().size(),
        images.fingerprint());
  }

  /**
   * Names a network.
   *
   * @param scales Q of the test
   */
  static Evaluation.Model name(Path file, ModelCard card, List<Integer> scales) throws IOException {
    return new Evaluation.Model(
        file.toString(),
        card.name(),
        card.version(),
        sha256(file),
        card.architecture(),
        card.trainingScaleMin(),
        card.trainingScaleMax(),
        card.cropSide(),
        scales);
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    byte[] block = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        digest.update(block, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
