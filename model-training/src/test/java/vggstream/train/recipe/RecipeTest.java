package vggstream.train.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import vggstream.train.network.Configuration;
import vggstream.train.network.Head;

class RecipeTest {
  private static final String LEAST = "name: x\nepochs: 3\nnetwork:\n  configuration: D\n";

  private static Recipe parse(String yaml, String... overrides) throws RecipeException {
    return Recipe.parse(yaml, "test", List.of(overrides));
  }

  private static List<String> problems(String yaml, String... overrides) {
    return assertThrows(RecipeException.class, () -> parse(yaml, overrides)).problems();
  }

  @Test
  void presetsAreThePapers() throws RecipeException {
    Recipe recipe = parse(LEAST);
    assertEquals(Configuration.D, recipe.network().configuration());
    assertEquals(224, recipe.network().crop());
    assertEquals(256, recipe.data().scaleMin());
    assertEquals(256, recipe.data().scaleMax());
    assertEquals(0.1, recipe.data().colourShift());
    assertFalse(recipe.data().wholeImages());
    assertEquals(List.of(), recipe.data().mean());
    assertEquals(List.of(1f, 1f, 1f), recipe.data().pixelScale());
    assertEquals(new Recipe.Optimiser(256, 0, 1e-2, 0.9, 5e-4, 0.5), recipe.optimiser());
    assertEquals(0.1, recipe.schedule().factor());
    assertEquals(3, recipe.schedule().drops());
  }

  @Test
  void allProblemsAreReportedWithTheirLines() {
    List<String> problems =
        problems(
            """
            name: x
            epochs: many
            colour: red
            network:
              configuration: F
              crop: 33
              width: -1
            data:
              scale: [64, 48]
              flip: perhaps
              mean: [1, 2]
              pixel-scale: [1, 0, 1]
              colour-shift: -0.1
              whole-images: 1
            optimiser: fast
            schedule:
              patience: 0
              factor: 1
            """);
    assertEquals(
        List.of(
            "line 2: epochs must be a whole number: was many",
            "line 3: colour is not a key of a recipe; known here: data, epochs, fine-tune,"
                + " localiser, name, network, optimiser, schedule, seed, task",
            "line 5: network.configuration: network must be one of A, A-LRN, B, C, D, E, B-5x5: was F",
            "line 6: network.crop must be a multiple of 32: was 33",
            "line 7: network.width must be within 0.001 and 64: was -1",
            "line 9: data.scale must be S or [Smin, Smax] in whole pixels: was [64.0, 48.0]",
            "line 10: data.flip must be true or false: was perhaps",
            "line 11: data.mean must be auto or [red, green, blue]: was [1.0, 2.0]",
            "line 12: data.pixel-scale must be between 0 and 1000000: was 0",
            "line 13: data.colour-shift must be within 0 and 10: was -0.1",
            "line 14: data.whole-images must be true or false: was 1",
            "line 15: optimiser must be a section",
            "line 17: schedule.patience must be within 1..1000: was 0",
            "line 18: schedule.factor must be between 0 and 1: was 1"),
        problems);
  }

  @Test
  void missingKeysAreReported() {
    assertEquals(
        List.of(
            "line 1: name is missing",
            "line 1: epochs is missing",
            "line 2: network.configuration is missing"),
        problems("network:\n  crop: 224\n"));
  }

  @Test
  void aKeyThatStandsTwiceIsReported() {
    assertEquals(List.of("line 5: epochs stands twice"), problems(LEAST + "epochs: 4\n"));
  }

  @Test
  void whatIsNotYamlIsReportedWithItsLine() {
    List<String> problems = problems("name: x\nepochs: [1\n");
    assertEquals(1, problems.size());
    assertTrue(problems.get(0).matches("line \\d+: is not YAML: .*"), problems.get(0));
    assertEquals(List.of("line 1: a recipe must be a list of keys with values"), problems("3"));
    assertEquals(List.of("line 1: a recipe must be a list of keys with values"), problems(""));
  }

  @Test
  void overridesGoOverTheFileAndNameThemselvesInProblems() throws RecipeException {
    Recipe recipe = parse(LEAST, "epochs=7", "optimiser.batch=64", "data.scale=[256, 512]");
    assertEquals(7, recipe.epochs());
    assertEquals(64, recipe.optimiser().batch());
    assertEquals(512, recipe.data().scaleMax());
    assertEquals(
        List.of(
            "--set must be key=value: was epochs",
            "--set name.first: name is a value, no section",
            "--set optimiser.batch: optimiser.batch must be within 1..65536: was 0"),
        problems(LEAST, "epochs", "name.first=1", "optimiser.batch=0"));
  }

  @Test
  void aResolvedRecipeReadsBackAsItself() throws RecipeException {
    Recipe recipe =
        parse(
            LEAST + "data:\n  mean: [1.5, 2, 3]\n  pixel-scale: 0.01724\n",
            "name=it's",
            "seed=-5",
            "network.initialisation=normal:0.02");
    assertEquals(recipe, parse(recipe.toYaml()));
    assertEquals(recipe, Recipe.fromEntries(recipe.entries(), "test"));
  }

  @Test
  void aResumedRunMayChangeItsEpochsButNotItsBatch() throws RecipeException {
    Recipe begun = parse(LEAST);
    assertEquals(List.of(), parse(LEAST, "epochs=9").contradictions(begun.entries()));
    assertEquals(
        List.of("optimiser.batch: the run was begun with 256, the recipe says 32"),
        parse(LEAST, "optimiser.batch=32").contradictions(begun.entries()));
  }

  @Test
  void aMicroBatchIsAtMostTheBatch() throws RecipeException {
    assertEquals(32, parse(LEAST, "optimiser.micro-batch=32").optimiser().microBatch());
    assertEquals(
        List.of(
            "--set optimiser.micro-batch: optimiser.micro-batch must be at most"
                + " optimiser.batch 16: was 32"),
        problems(LEAST, "optimiser.batch=16", "optimiser.micro-batch=32"));
  }

  @Test
  void aLocalisersRecipeSaysBoxesAndLayersAndItsPresetsAreTheAppendixs() throws RecipeException {
    assertEquals(Task.CLASSIFY, parse(LEAST).task());
    assertFalse(parse(LEAST).toYaml().contains("task"), "as before there were tasks");
    Recipe scr = parse(LEAST, "task=localise");
    assertEquals(new Task(Head.SCR, Task.FineTune.ALL), scr.task());
    assertEquals(1e-3, scr.optimiser().learningRate());
    Recipe pcr = parse(LEAST, "task=localise", "localiser=pcr", "fine-tune=fc");
    assertEquals(new Task(Head.PCR, Task.FineTune.FC), pcr.task());
    assertEquals(pcr, parse(pcr.toYaml()));
    assertEquals(pcr, Recipe.fromEntries(pcr.entries(), "test"));
    assertEquals(6, pcr.networkOf(5).trainedParameters().size());
    assertEquals(
        List.of("localiser: the run was begun with pcr, the recipe says scr"),
        parse(LEAST, "task=localise", "fine-tune=fc").contradictions(pcr.entries()));
  }

  @Test
  void whatDoesNotFitALocaliserIsReported() {
    assertEquals(
        List.of(
            "--set data.scale: data.scale must be fixed with task: localise (Smin = Smax): was"
                + " [256.0, 512.0]",
            "--set data.whole-images: data.whole-images must be false with task: localise: boxes"
                + " are relative to crops"),
        problems(LEAST, "task=localise", "data.scale=[256, 512]", "data.whole-images=true"));
    assertEquals(
        List.of(
            "--set localiser: localiser must stand with task: localise alone",
            "--set fine-tune: fine-tune must stand with task: localise alone"),
        problems(LEAST, "localiser=pcr", "fine-tune=fc"));
    assertEquals(
        List.of(
            "--set task: task must be one of classify, localise: was segment",
            "--set localiser: localiser must be one of scr, pcr: was both",
            "--set localiser: localiser must stand with task: localise alone"),
        problems(LEAST, "task=segment", "localiser=both"));
  }
}
