package vggstream.train.claims;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import vggstream.train.claims.Claim.Relation;

class PlanTest {
  private static final String PLAN =
      """
      trained: 0.55
      groups:
        depth:
          data: cifar10
          recipe: cifar10.yaml
          seeds: [1, 2]
          runs:
            A: [network.configuration=A]
            B: [network.configuration=B]
          evaluations:
            single: {protocol: dense, scales: [32], split: test}
      claims:
        - name: b-a
          section: "4.1"
          says: B is better than A
          group: depth
          subject: {nets: [B], evaluation: single}
          than: {nets: [A], evaluation: single}
          relation: better
      """;

  @Test
  void aPlanIsRead() throws IOException {
    Plan plan = Plan.parse(PLAN, "plan.yaml");
    assertEquals(0.55, plan.trained());
    assertEquals(List.of("network.configuration=B"), plan.groups().get("depth").runs().get("B"));
    assertEquals(Relation.BETTER, plan.claims().get(0).relation());
    assertEquals("B, single", plan.claims().get(0).subject().toString());
  }

  @Test
  void anUnknownKeyIsRefusedWithItsSection() {
    String message = refused(PLAN.replace("    seeds:", "    seed: 1\n    seeds:"));
    assertTrue(message.contains("line 13 or above") && message.contains("\"seed\""), message);
  }

  @Test
  void aMissingKeyIsNamed() {
    String message = refused(PLAN.replace("    seeds: [1, 2]\n", ""));
    assertTrue(message.contains("seeds"), message);
  }

  @Test
  void brokenReferencesAreListedTogether() {
    String message =
        refused(
            PLAN.replace("[1, 2]", "[1, 1]")
                .replace("nets: [B]", "nets: [C]")
                .replace("nets: [A], evaluation: single", "nets: [A], evaluation: several"));
    assertAll(
        () -> assertTrue(message.contains("3 problems"), message),
        () -> assertTrue(message.contains("at least 2 different seeds: has [1, 1]"), message),
        () -> assertTrue(message.contains("group depth has no run C"), message),
        () -> assertTrue(message.contains("group depth has no evaluation several"), message));
  }

  @Test
  void theShippedPlanIsValid() throws IOException {
    Plan plan = Plan.read(Path.of("recipes", "claims", "plan.yaml"));
    assertTrue(plan.claims().size() >= 10);
  }

  private static String refused(String yaml) {
    return String.valueOf(
        assertThrows(IOException.class, () -> Plan.parse(yaml, "plan.yaml")).getMessage());
  }
}
