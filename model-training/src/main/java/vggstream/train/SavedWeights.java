package vggstream.train;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import vggstream.train.checkpoint.TrainingState.InitialisedFrom;
import vggstream.train.network.Configuration;
import vggstream.train.network.Head;
import vggstream.train.network.Parameter;

/** Trained weights on disk that a run may begin with. */
interface SavedWeights extends AutoCloseable {

  /**
   * The network whose weights they are, and what it was trained on.
   *
   * @param configuration column of Table 1
   * @param head what its last layer predicts
   * @param labels of its classes
   * @param scaleMin smallest training scale S, pixels
   * @param scaleMax largest
   * @param mean red, green, blue that its graph subtracts
   * @param pixelScale red, green, blue that multiply what the mean leaves
   */
  record Origin(
      Configuration configuration,
      Head head,
      List<String> labels,
      int scaleMin,
      int scaleMax,
      List<Float> mean,
      List<Float> pixelScale) {}

  Origin origin();

  /** File or folder, with its version: for people. */
  String description();

  /** What a run remembers of them. */
  InitialisedFrom identity();

  /** Names of the parameters. */
  Set<String> names();

  /** The shape that a parameter of this name has here, as {@link Parameter#shape} gives it. */
  List<Long> shape(String name) throws IOException;

  /** A parameter's values; its shape is the same here. */
  FloatBuffer read(Parameter parameter) throws IOException;

  @Override
  void close() throws IOException;
}
