package vggstream.model;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a model file says of itself, kept in the file's metadata ({@code metadata_props} of ONNX).
 *
 * @param name of the model, not blank
 * @param version of the model, not blank
 * @param architecture such as {@code VGG-D}, not blank
 * @param task what its outputs mean
 * @param labels of the classes, by class index; not empty, none blank or with a line break
 * @param mean of red, green, blue, 0..255, subtracted from each pixel in the graph
 * @param scale of red, green, blue, positive, multiplied after the mean; 1 as in the paper
 * @param trainingScaleMin smallest smaller side S that the network was trained at, pixels
 * @param trainingScaleMax largest; equal to the smallest if S was fixed
 * @param cropSide side of the square crop it was trained on (paper: 224); the smallest input side
 * @param stride pixels of input per position of the score map (VGG: 32)
 * @param featureCount width F of the penultimate layer
 * @param weightsSource where the weights come from, not blank
 */
public record ModelCard(
    String name,
    String version,
    String architecture,
    Task task,
    List<String> labels,
    List<Float> mean,
    List<Float> scale,
    int trainingScaleMin,
    int trainingScaleMax,
    int cropSide,
    int stride,
    int featureCount,
    String weightsSource) {

  /** What a network's outputs mean. */
  public enum Task {
    /** {@link Output#SCORES}, {@link Output#SCORE_MAP}, {@link Output#FEATURES}. */
    CLASSIFY,
    /** {@link Output#BOX_MAP} with one box a position (single-class regression). */
    LOCALISE_SCR,
    /** {@link Output#BOX_MAP} with one box a position and class (per-class regression). */
    LOCALISE_PCR,
    /** All of {@link #CLASSIFY} and {@link #LOCALISE_SCR}, over shared convolutional layers. */
    CLASSIFY_LOCALISE_SCR,
    /** All of {@link #CLASSIFY} and {@link #LOCALISE_PCR}, over shared convolutional layers. */
    CLASSIFY_LOCALISE_PCR;

    /** Whether the network gives class scores. */
    public boolean classifies() {
      return switch (this) {
        case CLASSIFY, CLASSIFY_LOCALISE_SCR, CLASSIFY_LOCALISE_PCR -> true;
        case LOCALISE_SCR, LOCALISE_PCR -> false;
      };
    }

    /** Whether the network gives boxes. */
    public boolean localises() {
      return this != CLASSIFY;
    }

    /** Whether the network gives a box for each class (PCR), not one for all (SCR) or none. */
    public boolean perClass() {
      return this == LOCALISE_PCR || this == CLASSIFY_LOCALISE_PCR;
    }

    /** The task of a file that joins this classifier with a localiser. */
    public Task joinedWith(Task localiser) {
      if (this != CLASSIFY || localiser.classifies()) {
        throw new IllegalArgumentException(
            "a CLASSIFY network is joined with a LOCALISE_SCR or LOCALISE_PCR one: were %s, %s"
                .formatted(this, localiser));
      }
      return localiser.perClass() ? CLASSIFY_LOCALISE_PCR : CLASSIFY_LOCALISE_SCR;
    }

    /** What a network of this task computes. */
    public Set<Output> outputs() {
      Set<Output> outputs = EnumSet.noneOf(Output.class);
      if (classifies()) {
        outputs.addAll(EnumSet.of(Output.SCORES, Output.SCORE_MAP, Output.FEATURES));
      }
      if (localises()) {
        outputs.add(Output.BOX_MAP);
      }
      return outputs;
    }

    String metadataName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Prefix of the keys in a model file's metadata. */
  static final String PREFIX = "vggstream.";

  /** The card's format, in the metadata under {@code vggstream.card}. */
  static final String FORMAT = "1";

  private static final List<String> KEYS =
      List.of(
          "card",
          "name",
          "version",
          "architecture",
          "task",
          "labels",
          "mean",
          "scale",
          "training-scale",
          "crop-side",
          "stride",
          "feature-count",
          "weights-source");

  public ModelCard {
    requireText("name", name);
    requireText("version", version);
    requireText("architecture", architecture);
    requireText("weights-source", weightsSource);
    labels = List.copyOf(labels);
    mean = List.copyOf(mean);
    scale = List.copyOf(scale);
    require(!labels.isEmpty(), "labels must not be empty", labels);
    for (String label : labels) {
      require(
          !label.isBlank() && label.indexOf('\n') < 0 && label.indexOf('\r') < 0,
          "a label must not be blank or hold a line break",
          label);
    }
    require(mean.size() == 3, "mean must have 3 values (red, green, blue)", mean);
    require(scale.size() == 3, "scale must have 3 values (red, green, blue)", scale);
    for (float m : mean) {
      require(m >= 0 && m <= 255, "mean must be within 0..255", mean);
    }
    for (float s : scale) {
      require(s > 0 && s <= Float.MAX_VALUE, "scale must be positive and finite", scale);
    }
    require(cropSide >= 1, "crop-side must be at least 1", cropSide);
    require(stride >= 1, "stride must be at least 1", stride);
    require(
        cropSide % stride == 0, "crop-side must be a multiple of the stride " + stride, cropSide);
    require(featureCount >= 1, "feature-count must be at least 1", featureCount);
    require(
        trainingScaleMin >= cropSide && trainingScaleMax >= trainingScaleMin,
        "training-scale must satisfy crop-side <= min <= max with crop-side " + cropSide,
        trainingScaleMin + "," + trainingScaleMax);
  }

  /** Number of classes, K. */
  public int classCount() {
    return labels.size();
  }

  /**
   * Values of the box map at one position: 4 with a box for all classes, 4K with one for each.
   *
   * @throws IllegalArgumentException if the network gives no boxes
   */
  public int boxChannels() {
    require(task.localises(), "a network with boxes must localise", task);
    return task.perClass() ? Math.multiplyExact(4, classCount()) : 4;
  }

  /**
   * Positions of the map along an input side: {@code floor(side / stride) - cropSide / stride + 1};
   * for the paper's networks floor(side / 32) - 6.
   *
   * @throws IllegalArgumentException if the side is below {@link #cropSide}
   */
  public int mapSide(int inputSide) {
    if (inputSide < cropSide) {
      throw new IllegalArgumentException(
          "input side must be at least the crop side %d: was %d".formatted(cropSide, inputSide));
    }
    return inputSide / stride - cropSide / stride + 1;
  }

  /**
   * Where the labels of two networks differ, for people; empty if they are the same in the same
   * order.
   */
  public Optional<String> labelDifference(ModelCard other) {
    if (classCount() != other.classCount()) {
      return Optional.of(
          "%s has %d, %s has %d".formatted(name, classCount(), other.name, other.classCount()));
    }
    for (int k = 0; k < classCount(); k++) {
      if (!labels.get(k).equals(other.labels.get(k))) {
        return Optional.of(
            "class %d is %s in %s, %s in %s"
                .formatted(k, labels.get(k), name, other.labels.get(k), other.name));
      }
    }
    return Optional.empty();
  }

  /** The keys of a card in a model file's metadata, for runtimes that can only look keys up. */
  public static List<String> metadataKeys() {
    return KEYS.stream().map(key -> PREFIX + key).toList();
  }

  /** The card as a model file's metadata. */
  public Map<String, String> toMetadata() {
    Map<String, String> m = new LinkedHashMap<>();
    m.put(PREFIX + "card", FORMAT);
    m.put(PREFIX + "name", name);
    m.put(PREFIX + "version", version);
    m.put(PREFIX + "architecture", architecture);
    m.put(PREFIX + "task", task.metadataName());
    m.put(PREFIX + "labels", String.join("\n", labels));
    m.put(PREFIX + "mean", join(mean));
    m.put(PREFIX + "scale", join(scale));
    m.put(PREFIX + "training-scale", trainingScaleMin + "," + trainingScaleMax);
    m.put(PREFIX + "crop-side", Integer.toString(cropSide));
    m.put(PREFIX + "stride", Integer.toString(stride));
    m.put(PREFIX + "feature-count", Integer.toString(featureCount));
    m.put(PREFIX + "weights-source", weightsSource);
    return m;
  }

  /**
   * Reads the card of a model file.
   *
   * @throws ModelException if there is none, or one of its entries is missing or breaks its rule
   */
  public static ModelCard fromMetadata(Map<String, String> metadata) {
    String format = metadata.get(PREFIX + "card");
    if (format == null) {
      throw new ModelException(
          "the model file has no card: metadata " + PREFIX + "card is missing");
    }
    if (!format.equals(FORMAT)) {
      throw new ModelException("card format must be " + FORMAT + ": was " + format);
    }
    try {
      List<Integer> trainingScale = list(metadata, "training-scale", Integer::valueOf);
      require(
          trainingScale.size() == 2, "training-scale must have 2 values (min, max)", trainingScale);
      return new ModelCard(
          entry(metadata, "name"),
          entry(metadata, "version"),
          entry(metadata, "architecture"),
          task(entry(metadata, "task")),
          List.of(entry(metadata, "labels").split("\n", -1)),
          list(metadata, "mean", Float::valueOf),
          list(metadata, "scale", Float::valueOf),
          trainingScale.get(0),
          trainingScale.get(1),
          number("crop-side", entry(metadata, "crop-side"), Integer::valueOf),
          number("stride", entry(metadata, "stride"), Integer::valueOf),
          number("feature-count", entry(metadata, "feature-count"), Integer::valueOf),
          entry(metadata, "weights-source"));
    } catch (IllegalArgumentException e) {
      throw new ModelException("the model file's card is not valid: " + e.getMessage(), e);
    }
  }

  private static String entry(Map<String, String> metadata, String key) {
    String value = metadata.get(PREFIX + key);
    if (value == null) {
      throw new IllegalArgumentException("metadata " + PREFIX + key + " is missing");
    }
    return value;
  }

  private static <T> List<T> list(
      Map<String, String> metadata, String key, Function<String, T> parse) {
    return Arrays.stream(entry(metadata, key).split(",", -1))
        .map(s -> number(key, s.strip(), parse))
        .toList();
  }

  private static <T> T number(String key, String value, Function<String, T> parse) {
    try {
      return parse.apply(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + " must be a number: was " + value, e);
    }
  }

  private static Task task(String value) {
    for (Task task : Task.values()) {
      if (task.metadataName().equals(value)) {
        return task;
      }
    }
    throw new IllegalArgumentException(
        "task must be one of %s: was %s"
            .formatted(Arrays.stream(Task.values()).map(Task::metadataName).toList(), value));
  }

  private static String join(List<Float> values) {
    return String.join(",", values.stream().map(String::valueOf).toList());
  }

  private static void requireText(String key, String value) {
    require(!value.isBlank(), key + " must not be blank", value);
  }

  private static void require(boolean holds, String rule, @Nullable Object value) {
    if (!holds) {
      throw new IllegalArgumentException(rule + ": was " + value);
    }
  }
}
