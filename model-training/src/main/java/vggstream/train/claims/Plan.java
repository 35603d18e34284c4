package vggstream.train.claims;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A bounded set of runs and what they are to decide.
 *
 * @param trained least top-1 accuracy, 0..1, of a net that counts as trained; another supports no
 *     claim
 * @param groups by name
 * @param claims in the order of the table
 */
public record Plan(double trained, Map<String, Group> groups, List<Claim> claims) {
  private static final ObjectMapper YAML =
      YAMLMapper.builder()
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /**
   * Reads a plan.
   *
   * @throws IOException if it cannot be read, or is no plan: the message lists what is wrong
   */
  public static Plan read(Path file) throws IOException {
    return parse(Files.readString(file), file.toString());
  }

  /** Reads a plan from text; {@code source} names it in messages. */
  static Plan parse(String yaml, String source) throws IOException {
    Plan plan;
    try {
      plan = YAML.readValue(yaml, Plan.class);
    } catch (JacksonException e) {
      JsonLocation where = e.getLocation();
      throw new IOException( // the location is the end of the section with the problem
          "%s: line %d or above: %s"
              .formatted(source, where == null ? 1 : where.getLineNr(), e.getOriginalMessage()),
          e);
    }
    List<String> problems = plan.problems();
    if (!problems.isEmpty()) {
      throw new IOException(
          "%s: %d problems%n  %s"
              .formatted(
                  source, problems.size(), String.join(System.lineSeparator() + "  ", problems)));
    }
    return plan;
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (!(trained > 0 && trained < 1)) {
      problems.add("trained must be between 0 and 1: was " + trained);
    }
    groups.forEach(
        (name, group) -> {
          if (new HashSet<>(group.seeds()).size() < 2) {
            problems.add(
                "group %s: needs at least 2 different seeds: has %s"
                    .formatted(name, group.seeds()));
          }
        });
    Set<String> names = new HashSet<>();
    for (Claim claim : claims) {
      if (!names.add(claim.name())) {
        problems.add("claim %s: stands twice".formatted(claim.name()));
      }
      Group group = groups.get(claim.group());
      if (group == null) {
        problems.add("claim %s: there is no group %s".formatted(claim.name(), claim.group()));
        continue;
      }
      for (Claim.Measurement m : List.of(claim.subject(), claim.than())) {
        if (m.nets().isEmpty()) {
          problems.add("claim %s: names no net".formatted(claim.name()));
        }
        for (String net : m.nets()) {
          if (!group.runs().containsKey(net)) {
            problems.add(
                "claim %s: group %s has no run %s".formatted(claim.name(), claim.group(), net));
          }
        }
        if (!group.evaluations().containsKey(m.evaluation())) {
          problems.add(
              "claim %s: group %s has no evaluation %s"
                  .formatted(claim.name(), claim.group(), m.evaluation()));
        }
      }
    }
    return problems;
  }
}
