package vggstream.train.recipe;

import java.util.ArrayList;
import java.util.List;
import vggstream.train.data.UnreadableImages;
import vggstream.train.network.Configuration;
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
    Recipe.NetworkPart network = network(top.section("network"));
    Recipe.DataPart data = data(top.section("data"), network.crop());
    Recipe.Optimiser optimiser = optimiser(top.section("optimiser"));
    PlateauSchedule schedule = schedule(top.section("schedule"));
    top.rejectUnknown();
    return new Recipe(name, seed, epochs, network, data, optimiser, schedule);
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

  private static Recipe.DataPart data(Fields f, int crop) {
    List<Double> scale = f.reals("scale", List.of(256.0), Range.closed(1, 4096));
    if (scale.isEmpty()
        || scale.size() > 2
        || scale.stream().anyMatch(s -> s != Math.rint(s))
        || scale.get(0) > scale.get(scale.size() - 1)) {
      f.problem("scale", "must be S or [Smin, Smax] in whole pixels: was " + scale);
      scale = List.of((double) crop);
    } else if (scale.get(0) < crop && !f.partial()) {
      f.problem("scale", "must be at least network.crop %d: was %s".formatted(crop, scale));
    }
    boolean wholeImages = f.flag("whole-images", false);
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

  private static Recipe.Optimiser optimiser(Fields f) {
    Recipe.Optimiser optimiser =
        new Recipe.Optimiser(
            f.integer("batch", 256, 1, 65_536),
            f.integer("micro-batch", 0, 0, 65_536),
            f.real("learning-rate", 1e-2, Range.open(0, 1e3)),
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
