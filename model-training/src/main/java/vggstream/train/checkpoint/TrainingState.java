package vggstream.train.checkpoint;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import vggstream.train.data.PrincipalColours;
import vggstream.train.recipe.PlateauSchedule;

/**
 * What a run must remember beside weights and momentum. Random draws are hashes of the recipe's
 * seed and of counters, so the seed is the whole random state.
 *
 * @param format of the checkpoint, {@link #FORMAT}
 * @param iteration steps made
 * @param epoch whole epochs made, each with its validation
 * @param lossSum sum of the losses of the steps of the epoch begun
 * @param agreement sum over the images of the steps of the epoch begun: 1 for each that was right;
 *     of a network that localises, each one's intersection over union
 * @param schedule what the learning rate's schedule remembers
 * @param bestAccuracy best validation accuracy of an epoch, 0..1; of a network that localises, best
 *     mean intersection over union; below 0 before the first
 * @param bestIteration steps after which that was reached
 * @param seed of the run
 * @param labels of the classes
 * @param mean red, green, blue that the graph subtracts
 * @param colours along which colours are shifted; null if they are not
 * @param images hash of the paths and classes of the training and validation images
 * @param initialisedFrom where the first weights came from; null if all were random
 * @param recipe the resolved recipe's entries
 */
public record TrainingState(
    int format,
    long iteration,
    int epoch,
    double lossSum,
    @JsonAlias("correct") double agreement,
    PlateauSchedule.State schedule,
    double bestAccuracy,
    long bestIteration,
    long seed,
    List<String> labels,
    List<Float> mean,
    @Nullable PrincipalColours colours,
    String images,
    @Nullable InitialisedFrom initialisedFrom,
    Map<String, String> recipe) {
  /** The checkpoint's format that this version writes and reads. */
  public static final int FORMAT = 2;

  /**
   * A checkpoint that weights were taken from.
   *
   * @param checkpoint its folder, as it was then
   * @param sha256 of its weights file, hexadecimal
   */
  public record InitialisedFrom(String checkpoint, String sha256) {}

  public TrainingState {
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "checkpoint format must be %d: was %d".formatted(FORMAT, format));
    }
    if (iteration < 0 || epoch < 0) {
      throw new IllegalArgumentException(
          "iteration and epoch must be at least 0: were %d, %d".formatted(iteration, epoch));
    }
    labels = List.copyOf(labels);
    mean = List.copyOf(mean);
    recipe = Collections.unmodifiableMap(new LinkedHashMap<>(recipe));
  }

  /** The state after one more step, with the sums of its epoch. */
  public TrainingState stepped(double newLossSum, double newAgreement) {
    return new TrainingState(
        format,
        iteration + 1,
        epoch,
        newLossSum,
        newAgreement,
        schedule,
        bestAccuracy,
        bestIteration,
        seed,
        labels,
        mean,
        colours,
        images,
        initialisedFrom,
        recipe);
  }

  /** The state after the last step of an epoch. */
  public TrainingState epochMade() {
    return new TrainingState(
        format,
        iteration,
        epoch + 1,
        0,
        0,
        schedule,
        bestAccuracy,
        bestIteration,
        seed,
        labels,
        mean,
        colours,
        images,
        initialisedFrom,
        recipe);
  }

  /** The state after an epoch's validation, with the recipe now in force. */
  public TrainingState validated(
      PlateauSchedule.State newSchedule,
      double newBestAccuracy,
      long newBestIteration,
      Map<String, String> newRecipe) {
    return new TrainingState(
        format,
        iteration,
        epoch,
        lossSum,
        agreement,
        newSchedule,
        newBestAccuracy,
        newBestIteration,
        seed,
        labels,
        mean,
        colours,
        images,
        initialisedFrom,
        newRecipe);
  }
}
