package vggstream.train.recipe;

import java.util.ArrayList;
import java.util.List;
import vggstream.train.data.UnreadableImages;
import vggstream.train.network.Configuration;
import vggstream.train.network.Head;
import vggstream.train.network.Initialisation;
import vggstream.train.network.NetworkSpec;
import vggstream.train.recipe.Fields.Range;

/** Reads recipes: keys, presets, types and ranges stand here and nowhere else. */
final class RecipeReader {
  private RecipeReader() {}

  /** A recipe without stages. */
  static Recipe single(String yaml, String source, List<String> overrides) throws RecipeException {
    List<String> problems = new ArrayList<>();
    Node.Mapping document = RecipeYaml.document(yaml, problems);
    if (!problems.isEmpty()) {
      throw RecipeException.of(source, problems);
    }
    overrides.forEach(assignment -> RecipeYaml.set(document, assignment, problems));
    Recipe recipe = recipe(new Fields(document, "", problems));
    if (!problems.isEmpty()) {
      throw RecipeException.of(source, problems);
    }
    return recipe;
  }

  /** A recipe from its fields, which note what is wrong. */
  static Recipe recipe(Fields top) {
    top.require("name");
    top.require("epochs");
    String name = top.text("name", "unnamed");
    long seed = top.whole("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE);
    int epochs = top.integer("epochs", 1, 1, 1_000_000);
    Task task = task(top);
    Recipe.NetworkPart network = network(top.section("network"));
    Recipe.DataPart data = data(top.section("data"), network.crop(), task);
    Recipe.Optimiser optimiser = optimiser(top.section("optimiser"), task);
    PlateauSchedule schedule = schedule(top.section("schedule"));
    top.rejectUnknown();
    return new Recipe(name, seed, epochs, task, network, data, optimiser, schedule);
  }

  private static Task task(Fields top) {
    boolean localise = top.word("task", "classify", List.of("classify", "localise")) == 1;
    int head = top.word("localiser", "scr", List.of("scr", "pcr"));
    int fineTune = top.word("fine-tune", "all", List.of("all", "fc"));
    if (!localise) {
      for (String key : List.of("localiser", "fine-tune")) {
        if (top.has(key) && !top.partial()) {
          top.problem(key, "must stand with task: localise alone");
        }
      }
      return Task.CLASSIFY;
    }
    return new Task(
        List.of(Head.SCR, Head.PCR).get(head),
        List.of(Task.FineTune.ALL, Task.FineTune.FC).get(fineTune));
  }

  private static Recipe.NetworkPart network(Fields f) {
    f.require("configuration");
    Configuration configuration = f.value("configuration", Configuration.A, Configuration::parse);
    int crop = f.integer("crop", 224, NetworkSpec.STRIDE, 4096);
    if (crop % NetworkSpec.STRIDE != 0) {
      f.problem("crop", "must be a multiple of 32: was " + crop);
    }
    double width = f.real("width", 1, Range.closed(1e-3, 64));
    int fc = f.integer("fc", 4096, 1, 65_536);
    String initialisation =
        f.value(
            "initialisation",
            "normal",
            text -> {
              Initialisation.parse(text);
              return text;
            });
    f.rejectUnknown();
    return new Recipe.NetworkPart(configuration, crop, width, fc, initialisation);
  }

  private static Recipe.DataPart data(Fields f, int crop, Task task) {
    List<Double> scale = f.reals("scale", List.of(256.0), Range.closed(1, 4096));
    if (scale.isEmpty()
        || scale.size() > 2
        || scale.stream().anyMatch(s -> s != Math.rint(s))
        || scale.get(0) > scale.get(scale.size() - 1)) {
      f.problem("scale", "must be S or [Smin, Smax] in whole pixels: was " + scale);
      scale = List.of((double) crop);
    } else if (scale.get(0) < crop && !f.partial()) {
      f.problem("scale", "must be at least network.crop %d: was %s".formatted(crop, scale));
    } else if (task.localises() && scale.get(0) < scale.get(scale.size() - 1) && !f.partial()) {
      f.problem("scale", "must be fixed with task: localise (Smin = Smax): was " + scale);
    }
    boolean wholeImages = f.flag("whole-images", false);
    if (wholeImages && task.localises() && !f.partial()) {
      f.problem("whole-images", "must be false with task: localise: boxes are relative to crops");
    }
    boolean flip = f.flag("flip", true);
    double colourShift = f.real("colour-shift", 0.1, Range.closed(0, 10));
    List<Double> mean =
        f.isWord("mean", "auto")
            ? f.value("mean", List.of(), text -> List.of())
            : f.reals("mean", List.of(), Range.closed(0, 255));
    if (!mean.isEmpty() && mean.size() != 3) {
      f.problem("mean", "must be auto or [red, green, blue]: was " + mean);
    }
    List<Double> pixelScale = f.reals("pixel-scale", List.of(1.0), Range.open(0, 1e6));
    if (pixelScale.size() != 1 && pixelScale.size() != 3) {
      f.problem("pixel-scale", "must be one number or [red, green, blue]: was " + pixelScale);
    } else if (pixelScale.size() == 1) {
      pixelScale = List.of(pixelScale.get(0), pixelScale.get(0), pixelScale.get(0));
    }
    double holdOut = f.real("hold-out", 0.05, Range.open(0, 1));
    double limit = f.real("unreadable-limit", UnreadableImages.DEFAULT_LIMIT, Range.closed(0, 1));
    f.rejectUnknown();
    return new Recipe.DataPart(
        scale.get(0).intValue(),
        scale.get(scale.size() - 1).intValue(),
        wholeImages,
        flip,
        colourShift,
        mean.stream().map(Double::floatValue).toList(),
        pixelScale.stream().map(Double::floatValue).toList(),
        holdOut,
        limit);
  }

  private static Recipe.Optimiser optimiser(Fields f, Task task) {
    Recipe.Optimiser optimiser =
        new Recipe.Optimiser(
            f.integer("batch", 256, 1, 65_536),
            f.integer("micro-batch", 0, 0, 65_536),
            f.real("learning-rate", task.localises() ? 1e-3 : 1e-2, Range.open(0, 1e3)),
            f.real("momentum", 0.9, Range.closed(0, 0.9999)),
            f.real("weight-decay", 5e-4, Range.closed(0, 1)),
            f.real("dropout", 0.5, Range.closed(0, 0.99)));
    if (optimiser.microBatch() > optimiser.batch() && !f.partial()) {
      f.problem(
          "micro-batch",
          "must be at most optimiser.batch %d: was %d"
              .formatted(optimiser.batch(), optimiser.microBatch()));
    }
    f.rejectUnknown();
    return optimiser;
  }

  private static PlateauSchedule schedule(Fields f) {
    PlateauSchedule schedule =
        new PlateauSchedule(
            f.real("factor", 0.1, Range.open(0, 1)),
            f.integer("patience", 3, 1, 1000),
            f.real("minimum-improvement", 0.001, Range.closed(0, 0.5)),
            f.integer("drops", 3, 0, 100));
    f.rejectUnknown();
    return schedule;
  }
}
