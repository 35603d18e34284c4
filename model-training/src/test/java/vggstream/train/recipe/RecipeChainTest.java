package vggstream.train.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RecipeChainTest {
  private static final String CHAIN =
      """
      name: d
      seed: 7
      epochs: 3
      network: {configuration: D, crop: 32}
      data: {scale: 32}
      optimiser: {batch: 8}
      stages:
      - name: small
      - name: large
        init-from: previous
        epochs: 2
        data: {scale: 64}
        optimiser: {learning-rate: 0.001}
      """;

  private static RecipeChain parse(String yaml, String... overrides) throws RecipeException {
    return RecipeChain.parse(yaml, "test", List.of(overrides));
  }

  private static List<String> problems(String yaml, String... overrides) {
    return assertThrows(RecipeException.class, () -> parse(yaml, overrides)).problems();
  }

  @Test
  void aStagesKeysGoOverThoseOfTheWhole() throws RecipeException {
    RecipeChain chain = parse(CHAIN);
    assertTrue(chain.isChain());
    Recipe small = chain.stages().get(0).recipe();
    Recipe large = chain.stages().get(1).recipe();
    assertEquals(List.of("d-small", "d-large"), List.of(small.name(), large.name()));
    assertEquals(List.of(3, 2), List.of(small.epochs(), large.epochs()));
    assertEquals(List.of(32, 64), List.of(small.data().scaleMin(), large.data().scaleMin()));
    assertEquals(
        List.of(0.01, 0.001),
        List.of(small.optimiser().learningRate(), large.optimiser().learningRate()));
    assertEquals(8, large.optimiser().batch(), "keys beside the stage's stay");
    assertEquals(7, large.seed());
    assertFalse(chain.stages().get(0).fromPrevious());
    assertTrue(chain.stages().get(1).fromPrevious());
  }

  @Test
  void aRecipeWithoutStagesIsOneStage() throws RecipeException {
    RecipeChain chain = parse("name: x\nepochs: 1\nnetwork: {configuration: A}\n");
    assertFalse(chain.isChain());
    assertEquals("x", chain.stages().get(0).recipe().name());
    assertEquals(chain, parse(chain.toYaml()));
  }

  @Test
  void overridesGoOverEveryStage() throws RecipeException {
    RecipeChain chain = parse(CHAIN, "epochs=1", "name=e", "optimiser.batch=4");
    for (RecipeChain.Stage stage : chain.stages()) {
      assertEquals(1, stage.recipe().epochs());
      assertEquals(4, stage.recipe().optimiser().batch());
      assertEquals("e-" + stage.name(), stage.recipe().name());
    }
  }

  @Test
  void aResolvedChainReadsBackAsItself() throws RecipeException {
    RecipeChain chain = parse(CHAIN, "data.hold-out=0.2");
    assertEquals(chain, parse(chain.toYaml()));
  }

  @Test
  void allProblemsOfAllStagesAreReportedOnceWithTheirLines() {
    assertEquals(
        List.of(
            "line 2: epochs must be within 1..1000000: was 0",
            "line 3: colour is not a key of a recipe; known here: data, epochs, fine-tune,"
                + " localiser, name, network, optimiser, schedule, seed, task",
            "line 4: data.scale must be a number: was big",
            "line 6: stages.init-from must not stand in the first stage: was previous",
            "line 7: stages.name must be of small letters, digits and hyphens, at most 40: was A B",
            "line 9: stages.init-from must be previous: was next",
            "line 10: seed must not stand in a stage: it is common to all",
            "line 11: data.hold-out must not stand in a stage: it is common to all",
            "line 12: optimiser.momentum must be within 0 and 0.9999: was 2",
            "line 13: a stage must be a section with a name",
            "line 14: stages.name is missing",
            "line 14: epochs must be a whole number: was one"),
        problems(
                """
            name: x
            epochs: 0
            colour: red
            data: {scale: big}
            stages:
            - init-from: previous
              name: A B
            - name: two
              init-from: next
              seed: 3
              data: {hold-out: 0.1, scale: 300}
              optimiser: {momentum: 2}
            - three
            - epochs: one
            """)
            .stream()
            .filter(p -> !p.contains("configuration is missing"))
            .toList());
  }

  @Test
  void whatEveryStageOverridesIsCheckedToo() {
    assertEquals(
        List.of("line 2: epochs must be a whole number: was many"),
        problems(
            """
            name: x
            epochs: many
            network: {configuration: A}
            stages:
            - {name: a, epochs: 1}
            - {name: b, epochs: 2}
            """));
  }

  @Test
  void namesOfStagesAreUniqueAndStagesAreAList() {
    String base = "name: x\nepochs: 1\nnetwork: {configuration: A}\n";
    assertEquals(
        List.of("line 6: stage a stands twice"),
        problems(base + "stages:\n- name: a\n- name: a\n"));
    assertEquals(
        List.of("line 4: stages must be a list of sections, each with a name"),
        problems(base + "stages: a\n"));
    assertEquals(
        List.of("line 4: stages must be a list of sections, each with a name"),
        problems(base + "stages: []\n"));
  }
}
