package vggstream.train.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A labelled data set of one of the known layouts; {@link DataSets#open} finds out which. */
public interface DataSet {
  /** The folder that was opened. */
  Path root();

  Layout layout();

  /** The classes, by class index; of the training images where there are any. */
  List<String> labels();

  /** Names of the splits that are there and have labels, such as {@code [train, val]}. */
  List<String> splits();

  /**
   * The images of a split, with {@link #labels} as their classes.
   *
   * @param name one of {@link #splits}
   * @throws DataException if there is no such split, or it is broken; the message lists the splits
   *     there are
   */
  ImageSet split(String name) throws IOException;

  /**
   * The images of a split with the class indices of a model.
   *
   * @param labels of the model: must name every class of the images, in any order; a class of the
   *     images may also be named by its WordNet id alone
   * @throws DataException as {@link #split(String)}, or if a class is not among the labels
   */
  default ImageSet split(String name, List<String> labels) throws IOException {
    return split(name).withLabels(labels);
  }

  /**
   * The same data set with boxes: its images come with {@link ImageSet#boxes}, and those without a
   * usable box of their class are left out.
   *
   * @param problems counts what is wrong with annotations, as splits are read
   * @throws DataException if the data set has no annotations
   */
  DataSet withBoxes(AnnotationProblems problems) throws DataException;

  /**
   * What to train on, and what to choose the learning rate and the best weights by: {@code val}
   * where the data set has one, else a share of each class of {@code train}. The images of {@code
   * test} are never looked at.
   *
   * @param share to hold out where there is no {@code val}, within 0..1, exclusive
   * @param seed of the choice
   * @throws DataException if there is nothing to train on, or it is broken
   */
  default HoldOut trainAndValidation(double share, long seed) throws IOException {
    ImageSet train = split(DataSets.TRAIN);
    return splits().contains(DataSets.VAL)
        ? new HoldOut(train, split(DataSets.VAL))
        : HoldOut.stratified(train, share, seed);
  }
}
