package vggstream.client;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** What became of dead letters, by reason. Used by one thread. */
final class RedriveCounts {
  /** The fate of one letter. */
  enum Fate {
    /** Its record was sent back, or in a dry run would have been. */
    REDRIVEN,
    /** It was sent back in an earlier run. */
    EARLIER,
    /** Another letter of the same eventId was sent back in this run. */
    DOUBLED,
    /** It does not carry its record, which is no longer where it was read either. */
    WITHOUT_RECORD,
    /** Its record is larger than the input topic takes. */
    TOO_LARGE,
    /** Its reason was not asked for, or it is of a record of another topic. */
    NOT_CHOSEN
  }

  private final Map<String, Map<Fate, Long>> byReason = new TreeMap<>();
  private long undecodable;

  void count(String reason, Fate fate) {
    byReason.computeIfAbsent(reason, r -> new EnumMap<>(Fate.class)).merge(fate, 1L, Long::sum);
  }

  /** A value that is no dead letter. */
  void countUndecodable() {
    undecodable++;
  }

  void add(RedriveCounts more) {
    more.byReason.forEach(
        (reason, fates) ->
            fates.forEach(
                (fate, n) ->
                    byReason
                        .computeIfAbsent(reason, r -> new EnumMap<>(Fate.class))
                        .merge(fate, n, Long::sum)));
    undecodable += more.undecodable;
  }

  Iterable<String> reasons() {
    return byReason.keySet();
  }

  long of(String reason, Fate fate) {
    return byReason.getOrDefault(reason, Map.of()).getOrDefault(fate, 0L);
  }

  long letters(String reason) {
    return byReason.getOrDefault(reason, Map.of()).values().stream().mapToLong(n -> n).sum();
  }

  long total(Fate fate) {
    return byReason.keySet().stream().mapToLong(reason -> of(reason, fate)).sum();
  }

  long undecodable() {
    return undecodable;
  }
}
