package vggstream.train.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import vggstream.train.data.Augmentation;
import vggstream.train.network.Configuration;
import vggstream.train.network.Initialisation;
import vggstream.train.network.Network;
import vggstream.train.network.NetworkSpec;

/**
 * All that decides the outcome of a training run, beside the images and the number of threads. The
 * keys of its YAML, with their presets, stand in the module's README; presets are the paper's.
 *
 * @param name of the run and of the model it makes
 * @param seed of initialisation, shuffling, augmentation, dropout and the share held out
 * @param epochs at most, at least 1; may differ on a resume
 * @param task what it is trained for
 * @param network what is trained
 * @param data how images are seen
 * @param optimiser how weights change
 * @param schedule how the learning rate changes
 */
public record Recipe(
    String name,
    long seed,
    int epochs,
    Task task,
    NetworkPart network,
    DataPart data,
    Optimiser optimiser,
    PlateauSchedule schedule) {

  /** Keys that a resumed run may change: they do not touch what steps compute, but for rounding. */
  private static final List<String> FREE_ON_RESUME =
      List.of("epochs", "data.unreadable-limit", "optimiser.micro-batch");

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

    /** The specification of a classifier of a number of classes. */
    public NetworkSpec spec(int classes) {
      return new NetworkSpec(configuration, crop, width, fc, classes);
    }

    public Initialisation parsedInitialisation() {
      return Initialisation.parse(initialisation);
    }
  }

  /** The network that is trained, for a number of classes. */
  public Network networkOf(int classes) {
    Network all = Network.of(network.spec(classes).withHead(task.head()));
    return task.fineTune() == Task.FineTune.FC ? all.withFixedConvolutions() : all;
  }

  /**
   * How images are seen.
   *
   * @param scaleMin smallest training scale S, pixels, at least the crop
   * @param scaleMax largest
   * @param wholeImages whether whole images are trained on instead of crops (section 3.3)
   * @param flip whether half of the crops are mirrored
   * @param colourShift standard deviation of the draws that shift colours along the principal
   *     components of the training set's (Krizhevsky et al. 2012, section 4.1); 0: none
   * @param mean red, green, blue, 0..255; empty: computed from the training set
   * @param pixelScale red, green, blue: multiplies what the mean leaves
   * @param holdOut share of the training set held out where there is no {@code val} folder
   * @param unreadableLimit share of images that may be unreadable
   */
  public record DataPart(
      int scaleMin,
      int scaleMax,
      boolean wholeImages,
      boolean flip,
      double colourShift,
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
   * @param microBatch images whose gradients are computed at once, at most; 0: those of a step
   * @param learningRate at first
   * @param momentum within 0..1, 1 excluded
   * @param weightDecay L2 penalty multiplier, on weights, not on biases
   * @param dropout share dropped of the first two fully-connected layers
   */
  public record Optimiser(
      int batch,
      int microBatch,
      double learningRate,
      double momentum,
      double weightDecay,
      double dropout) {}

  /**
   * Reads a recipe of one stage.
   *
   * @param overrides {@code key=value}, keys of sections with a dot: {@code optimiser.batch=64}
   * @throws RecipeException with all of its problems
   */
  public static Recipe read(Path file, List<String> overrides) throws IOException, RecipeException {
    return parse(Files.readString(file), file.toString(), overrides);
  }

  /** Reads a recipe of one stage from text; {@code source} names it in messages. */
  public static Recipe parse(String yaml, String source, List<String> overrides)
      throws RecipeException {
    return RecipeReader.single(yaml, source, overrides);
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
    if (task.localises()) { // a classifier's entries are those of before there were tasks
      e.put("task", "localise");
      e.put("localiser", word(task.head()));
      e.put("fine-tune", word(task.fineTune()));
    }
    e.put("network.configuration", network.configuration().title());
    e.put("network.crop", Integer.toString(network.crop()));
    e.put("network.width", Double.toString(network.width()));
    e.put("network.fc", Integer.toString(network.fc()));
    e.put("network.initialisation", network.initialisation());
    e.put("data.scale", "[%d, %d]".formatted(data.scaleMin(), data.scaleMax()));
    e.put("data.whole-images", Boolean.toString(data.wholeImages()));
    e.put("data.flip", Boolean.toString(data.flip()));
    e.put("data.colour-shift", Double.toString(data.colourShift()));
    e.put("data.mean", data.mean().isEmpty() ? "auto" : data.mean().toString());
    e.put("data.pixel-scale", data.pixelScale().toString());
    e.put("data.hold-out", Double.toString(data.holdOut()));
    e.put("data.unreadable-limit", Double.toString(data.unreadableLimit()));
    e.put("optimiser.batch", Integer.toString(optimiser.batch()));
    e.put("optimiser.micro-batch", Integer.toString(optimiser.microBatch()));
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

  private static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  static String quote(String text) {
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
