package vggstream.train.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import vggstream.train.data.Augmentation;
import vggstream.train.data.UnreadableImages;
import vggstream.train.network.Configuration;
import vggstream.train.network.Initialisation;
import vggstream.train.network.NetworkSpec;
import vggstream.train.recipe.Fields.Range;

/**
 * All that decides the outcome of a training run, beside the images and the number of threads. The
 * keys of its YAML, with their presets, stand in the module's README; presets are the paper's.
 *
 * @param name of the run and of the model it makes
 * @param seed of initialisation, shuffling, augmentation, dropout and the share held out
 * @param epochs at most, at least 1; may differ on a resume
 * @param network what is trained
 * @param data how images are seen
 * @param optimiser how weights change
 * @param schedule how the learning rate changes
 */
public record Recipe(
    String name,
    long seed,
    int epochs,
    NetworkPart network,
    DataPart data,
    Optimiser optimiser,
    PlateauSchedule schedule) {

  /** Keys that a resumed run may change: they do not touch the steps that were made. */
  private static final List<String> FREE_ON_RESUME = List.of("epochs", "data.unreadable-limit");

  /**
   * What is trained.
   *
   * @param configuration column of Table 1
   * @param crop side of the input, pixels; a multiple of 32
   * @param width multiplier of the convolutional layers' channels
   * @param fc channels of the first two fully-connected layers
   * @param initialisation of the weights, as written: {@code he}, {@code glorot}, {@code normal} or
   *     {@code normal:<deviation>}
   */
  public record NetworkPart(
      Configuration configuration, int crop, double width, int fc, String initialisation) {

    /** The specification for a number of classes. */
    public NetworkSpec spec(int classes) {
      return new NetworkSpec(configuration, crop, width, fc, classes);
    }

    public Initialisation parsedInitialisation() {
      return Initialisation.parse(initialisation);
    }
  }

  /**
   * How images are seen.
   *
   * @param scaleMin smallest training scale S, pixels, at least the crop
   * @param scaleMax largest
   * @param flip whether half of the crops are mirrored
   * @param mean red, green, blue, 0..255; empty: computed from the training set
   * @param pixelScale red, green, blue: multiplies what the mean leaves
   * @param holdOut share of the training set held out where there is no {@code val} folder
   * @param unreadableLimit share of images that may be unreadable
   */
  public record DataPart(
      int scaleMin,
      int scaleMax,
      boolean flip,
      List<Float> mean,
      List<Float> pixelScale,
      double holdOut,
      double unreadableLimit) {
    public DataPart {
      mean = List.copyOf(mean);
      pixelScale = List.copyOf(pixelScale);
    }

    public Augmentation augmentation(int crop) {
      return new Augmentation(scaleMin, scaleMax, crop, flip);
    }
  }

  /**
   * How weights change (paper, section 3.1).
   *
   * @param batch images of a step
   * @param learningRate at first
   * @param momentum within 0..1, 1 excluded
   * @param weightDecay L2 penalty multiplier, on weights, not on biases
   * @param dropout share dropped of the first two fully-connected layers
   */
  public record Optimiser(
      int batch, double learningRate, double momentum, double weightDecay, double dropout) {}

  /**
   * Reads a recipe.
   *
   * @param overrides {@code key=value}, keys of sections with a dot: {@code optimiser.batch=64}
   * @throws RecipeException with all of its problems
   */
  public static Recipe read(Path file, List<String> overrides) throws IOException, RecipeException {
    return parse(Files.readString(file), file.toString(), overrides);
  }

  /** Reads a recipe from text; {@code source} names it in messages. */
  public static Recipe parse(String yaml, String source, List<String> overrides)
      throws RecipeException {
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

  private static Recipe recipe(Fields top) {
    top.require("name");
    top.require("epochs");
    String name = top.text("name", "unnamed");
    long seed = top.whole("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE);
    int epochs = top.integer("epochs", 1, 1, 1_000_000);
    NetworkPart network = network(top.section("network"));
    DataPart data = data(top.section("data"), network.crop());
    Optimiser optimiser = optimiser(top.section("optimiser"));
    PlateauSchedule schedule = schedule(top.section("schedule"));
    top.rejectUnknown();
    return new Recipe(name, seed, epochs, network, data, optimiser, schedule);
  }

  private static NetworkPart network(Fields f) {
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
    return new NetworkPart(configuration, crop, width, fc, initialisation);
  }

  private static DataPart data(Fields f, int crop) {
    List<Double> scale = f.reals("scale", List.of(256.0), Range.closed(1, 4096));
    if (scale.isEmpty()
        || scale.size() > 2
        || scale.stream().anyMatch(s -> s != Math.rint(s))
        || scale.get(0) > scale.get(scale.size() - 1)) {
      f.problem("scale", "must be S or [Smin, Smax] in whole pixels: was " + scale);
      scale = List.of((double) crop);
    } else if (scale.get(0) < crop) {
      f.problem("scale", "must be at least network.crop %d: was %s".formatted(crop, scale));
    }
    boolean flip = f.flag("flip", true);
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
    return new DataPart(
        scale.get(0).intValue(),
        scale.get(scale.size() - 1).intValue(),
        flip,
        mean.stream().map(Double::floatValue).toList(),
        pixelScale.stream().map(Double::floatValue).toList(),
        holdOut,
        limit);
  }

  private static Optimiser optimiser(Fields f) {
    Optimiser optimiser =
        new Optimiser(
            f.integer("batch", 256, 1, 65_536),
            f.real("learning-rate", 1e-2, Range.open(0, 1e3)),
            f.real("momentum", 0.9, Range.closed(0, 0.9999)),
            f.real("weight-decay", 5e-4, Range.closed(0, 1)),
            f.real("dropout", 0.5, Range.closed(0, 0.99)));
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

  /** Reads back {@link #entries}. */
  public static Recipe fromEntries(Map<String, String> entries, String source)
      throws RecipeException {
    return parse(
        "{}",
        source,
        entries.entrySet().stream()
            .map(
                e ->
                    e.getKey().equals("name")
                        ? "name=" + quote(e.getValue())
                        : e.getKey() + "=" + e.getValue())
            .toList());
  }

  /** Every key with its value, the presets too: a recipe that reads back as this one. */
  public Map<String, String> entries() {
    Map<String, String> e = new LinkedHashMap<>();
    e.put("name", name);
    e.put("seed", Long.toString(seed));
    e.put("epochs", Integer.toString(epochs));
    e.put("network.configuration", network.configuration().title());
    e.put("network.crop", Integer.toString(network.crop()));
    e.put("network.width", Double.toString(network.width()));
    e.put("network.fc", Integer.toString(network.fc()));
    e.put("network.initialisation", network.initialisation());
    e.put("data.scale", "[%d, %d]".formatted(data.scaleMin(), data.scaleMax()));
    e.put("data.flip", Boolean.toString(data.flip()));
    e.put("data.mean", data.mean().isEmpty() ? "auto" : data.mean().toString());
    e.put("data.pixel-scale", data.pixelScale().toString());
    e.put("data.hold-out", Double.toString(data.holdOut()));
    e.put("data.unreadable-limit", Double.toString(data.unreadableLimit()));
    e.put("optimiser.batch", Integer.toString(optimiser.batch()));
    e.put("optimiser.learning-rate", Double.toString(optimiser.learningRate()));
    e.put("optimiser.momentum", Double.toString(optimiser.momentum()));
    e.put("optimiser.weight-decay", Double.toString(optimiser.weightDecay()));
    e.put("optimiser.dropout", Double.toString(optimiser.dropout()));
    e.put("schedule.factor", Double.toString(schedule.factor()));
    e.put("schedule.patience", Integer.toString(schedule.patience()));
    e.put("schedule.minimum-improvement", Double.toString(schedule.minimumImprovement()));
    e.put("schedule.drops", Integer.toString(schedule.drops()));
    return e;
  }

  /** {@link #entries} as YAML. */
  public String toYaml() {
    StringBuilder yaml = new StringBuilder();
    String section = "";
    for (Map.Entry<String, String> e : entries().entrySet()) {
      int dot = e.getKey().indexOf('.');
      String owner = dot < 0 ? "" : e.getKey().substring(0, dot);
      if (!owner.equals(section)) {
        yaml.append(owner).append(":\n");
        section = owner;
      }
      yaml.append(dot < 0 ? "" : "  ").append(e.getKey().substring(dot + 1)).append(": ");
      yaml.append(e.getKey().equals("name") ? quote(e.getValue()) : e.getValue()).append('\n');
    }
    return yaml.toString();
  }

  private static String quote(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /**
   * Why a run begun with other entries cannot go on with this recipe, one line a key; empty if it
   * can.
   */
  public List<String> contradictions(Map<String, String> begun) {
    Map<String, String> mine = entries();
    TreeSet<String> keys = new TreeSet<>(mine.keySet());
    keys.addAll(begun.keySet());
    keys.removeAll(FREE_ON_RESUME);
    return keys.stream()
        .filter(key -> !String.valueOf(mine.get(key)).equals(String.valueOf(begun.get(key))))
        .map(
            key ->
                "%s: the run was begun with %s, the recipe says %s"
                    .formatted(key, begun.get(key), mine.get(key)))
        .toList();
  }
}
