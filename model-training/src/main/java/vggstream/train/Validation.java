package vggstream.train;

import java.io.IOException;
import java.nio.file.Path;
import vggstream.model.Device;
import vggstream.train.data.ImageSet;
import vggstream.train.journal.Measures;
import vggstream.train.recipe.Recipe;

/**
 * How well an epoch's network does on the validation images as the finished model would: it is the
 * exported file that is measured.
 */
interface Validation {

  /**
   * Measures a model file.
   *
   * @param train how far the epoch's steps agreed with the truth, 0..1
   * @throws IllegalArgumentException if its output is not finite
   */
  Measures run(Path modelFile, double train) throws IOException, InterruptedException;

  /**
   * The validation of a recipe's task.
   *
   * @param images with boxes if the task is to localise
   * @param threads that compute, and that decode, at least 1
   */
  static Validation of(Recipe recipe, ImageSet images, Device device, int threads) {
    double limit = recipe.data().unreadableLimit();
    return recipe.task().localises()
        ? new LocalisationValidation(images, limit, device, threads)
        : new ClassificationValidation(images, limit, device, threads);
  }
}
