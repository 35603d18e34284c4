package vggstream.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import vggstream.train.checkpoint.Checkpoint;
import vggstream.train.checkpoint.TensorSource;
import vggstream.train.network.Network;
import vggstream.train.network.Parameter;
import vggstream.train.network.ParameterSource;
import vggstream.train.step.TrainingStep;

/** The tensors of a network in training as a checkpoint names them. */
final class StepTensors {
  /** Ends the name of a parameter's momentum. */
  static final String MOMENTUM = ".momentum";

  private StepTensors() {}

  /** The parameters and the momentum of those that are trained, to be written. */
  static List<TensorSource> sources(Network network, TrainingStep step) {
    Set<Parameter> trained = Set.copyOf(network.trainedParameters());
    List<TensorSource> sources = new ArrayList<>();
    for (Parameter p : network.parameters()) {
      sources.add(
          new TensorSource(p.name(), p.shape(), into -> step.readParameter(p.name(), into)));
      if (trained.contains(p)) {
        sources.add(
            new TensorSource(
                p.name() + MOMENTUM, p.shape(), into -> step.readMomentum(p.name(), into)));
      }
    }
    return sources;
  }

  /**
   * Loads the parameters and the momentum of those that are trained.
   *
   * @throws IOException if the checkpoint is of another network
   */
  static void load(Checkpoint checkpoint, Network network, TrainingStep step) throws IOException {
    for (Parameter p : network.parameters()) {
      step.loadParameter(p.name(), read(checkpoint, p, p.name()));
    }
    for (Parameter p : network.trainedParameters()) {
      step.loadMomentum(p.name(), read(checkpoint, p, p.name() + MOMENTUM));
    }
  }

  /** A tensor of the parameter's shape. */
  static FloatBuffer read(Checkpoint checkpoint, Parameter parameter, String name)
      throws IOException {
    FloatBuffer values =
        ByteBuffer.allocateDirect(Math.toIntExact(parameter.elements() * Float.BYTES))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    readInto(checkpoint, parameter, name, values);
    return values;
  }

  /** Copies a tensor of the parameter's shape. */
  static void readInto(Checkpoint checkpoint, Parameter parameter, String name, FloatBuffer into)
      throws IOException {
    requireShape(checkpoint, parameter, name);
    checkpoint.read(name, into);
  }

  /** The parameters, to be read in pieces. */
  static ParameterSource parameters(Checkpoint checkpoint, Network network) throws IOException {
    for (Parameter p : network.parameters()) {
      requireShape(checkpoint, p, p.name());
    }
    return (name, first, into) -> {
      try {
        checkpoint.read(name, first, into);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private static void requireShape(Checkpoint checkpoint, Parameter parameter, String name)
      throws IOException {
    if (!checkpoint.shape(name).equals(parameter.shape())) {
      throw new IOException(
          "%s: %s must be of shape %s: is %s"
              .formatted(checkpoint.directory(), name, parameter.shape(), checkpoint.shape(name)));
    }
  }
}
