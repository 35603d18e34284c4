package vggstream.job.operator;

import java.util.HashMap;
import java.util.Map;
import vggstream.job.batch.Classifier;
import vggstream.job.codec.ModelRole;
import vggstream.job.codec.ModelStamp;
import vggstream.model.ModelCard;

/**
 * A loaded model in the part that it plays.
 *
 * @param stamp what its predictions say of it
 */
record Served(Classifier classifier, ModelStamp stamp) {
  /** Attribute of predictions: name and version of the localiser, if it has a file of its own. */
  static final String LOCALISER = "vgg.localiser";

  /** Attribute of predictions: SHA-256 of that file. */
  static final String LOCALISER_SHA256 = "vgg.localiser.sha256";

  static Served of(Classifier classifier, ModelRole role) {
    Map<String, String> attributes = new HashMap<>();
    ModelCard localiser = classifier.localiserCard();
    String sha256 = classifier.localiserSha256();
    if (localiser != null && sha256 != null) {
      attributes.put(LOCALISER, localiser.name() + " " + localiser.version());
      attributes.put(LOCALISER_SHA256, sha256);
    }
    return new Served(
        classifier,
        new ModelStamp(
            classifier.name(),
            classifier.version(),
            classifier.sha256(),
            role,
            classifier.protocol().scales(),
            classifier.protocol().flip(),
            classifier.card().labels(),
            attributes));
  }
}
