package vggstream.client;

import java.util.Set;
import java.util.TreeSet;

/**
 * What {@link Redrive} is to do.
 *
 * @param deadLettersTopic where the letters are
 * @param inputTopic where their records go
 * @param originTopic where the records were read; letters of others are left alone
 * @param reasons whose letters are sent back; empty, in a dry run alone: all
 * @param group what the names of the consumer groups begin with that keep how far each reason's
 *     letters were sent back
 * @param again whether letters that were sent back before are sent back too
 * @param dryRun whether letters are only counted
 * @param maxEvents of how many events letters are sent back at most
 */
record RedrivePlan(
    String deadLettersTopic,
    String inputTopic,
    String originTopic,
    Set<String> reasons,
    String group,
    boolean again,
    boolean dryRun,
    int maxEvents) {
  RedrivePlan {
    reasons = Set.copyOf(reasons);
    if (reasons.isEmpty() && !dryRun) {
      throw new IllegalArgumentException("at least one reason must be given: none was");
    }
    if (maxEvents < 1 || maxEvents > SeenEvents.LIMIT) {
      throw new IllegalArgumentException(
          "--max-events must be within 1..%d: was %d".formatted(SeenEvents.LIMIT, maxEvents));
    }
  }

  boolean concerns(String reason) {
    return reasons.isEmpty() || reasons.contains(reason);
  }

  /** The group of a reason. */
  String groupOf(String reason) {
    return group + "-" + deadLettersTopic + "-" + reason;
  }

  /** One run at a time: a second one ends the first. */
  String transactionalId() {
    return group + "-" + deadLettersTopic;
  }

  @Override
  public String toString() {
    return "%s -> %s: %s".formatted(deadLettersTopic, inputTopic, new TreeSet<>(reasons));
  }
}
