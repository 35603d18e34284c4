package vggstream.train.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import vggstream.classify.DenseClassifier;
import vggstream.classify.Protocol;
import vggstream.image.ImageRejectedException;
import vggstream.image.RgbImage;
import vggstream.model.DenseModel;

/**
 * The mean of the posteriors of several networks (paper, section 4.4), each by a protocol of its
 * own: those of Table 6 see different scales. Networks of one protocol share their rescaled images.
 * Not thread-safe; does not own the models.
 */
public final class Ensemble implements Predictor {
  private final List<Group> groups;
  private final int networks;

  /**
   * A network and how it is applied.
   *
   * @param protocol its test-time protocol
   */
  public record Member(DenseModel model, Protocol protocol) {}

  private record Group(DenseClassifier classifier, int networks) {}

  private Ensemble(List<Group> groups, int networks) {
    this.groups = groups;
    this.networks = networks;
  }

  /**
   * Puts networks together.
   *
   * @param members at least one, all with the same labels
   * @param maxBatch views in one run, at least 1, or 2 where a protocol flips
   * @throws IllegalArgumentException if a rule of {@link DenseClassifier} is broken
   */
  public static Ensemble of(List<Member> members, int maxBatch) {
    Map<Protocol, List<DenseModel>> byProtocol = new LinkedHashMap<>();
    for (Member member : members) {
      byProtocol.computeIfAbsent(member.protocol(), p -> new ArrayList<>()).add(member.model());
    }
    List<Group> groups = new ArrayList<>();
    byProtocol.forEach(
        (protocol, models) ->
            groups.add(new Group(new DenseClassifier(models, protocol, maxBatch), models.size())));
    // one classifier of all of them checks that they belong together, whatever their protocols
    new DenseClassifier(
        members.stream().map(Member::model).toList(), largest(byProtocol), maxBatch);
    return new Ensemble(groups, members.size());
  }

  private static Protocol largest(Map<Protocol, List<DenseModel>> byProtocol) {
    int side = byProtocol.keySet().stream().mapToInt(Protocol::largestScale).max().orElse(1);
    return new Protocol(List.of(side), false);
  }

  @Override
  public List<double[]> posteriors(List<RgbImage> images) throws ImageRejectedException {
    if (groups.size() == 1) {
      return groups.get(0).classifier().posteriors(images);
    }
    List<double[]> sums = new ArrayList<>();
    for (Group group : groups) {
      List<double[]> posteriors = group.classifier().posteriors(images);
      for (int i = 0; i < posteriors.size(); i++) {
        if (sums.size() == i) {
          sums.add(new double[posteriors.get(i).length]);
        }
        double[] sum = sums.get(i);
        for (int k = 0; k < sum.length; k++) {
          sum[k] += posteriors.get(i)[k] * group.networks() / networks;
        }
      }
    }
    return sums;
  }
}
