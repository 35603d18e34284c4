package vggstream.train.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A data set whose images come with the boxes of their objects; those without are left out. */
final class DataSetWithBoxes implements DataSet {
  private final DataSet data;
  private final Source source;
  private final AnnotationProblems problems;

  /** A data set's images and annotations. */
  interface Source {
    /** The images of a split; those that cannot be used are left out and counted. */
    ImageSet images(String split, AnnotationProblems problems) throws IOException;

    /** Where the annotations of these images are. */
    Annotations annotations(String split, AnnotationProblems problems) throws IOException;
  }

  DataSetWithBoxes(DataSet data, Source source, AnnotationProblems problems) {
    this.data = data;
    this.source = source;
    this.problems = problems;
  }

  @Override
  public Path root() {
    return data.root();
  }

  @Override
  public Layout layout() {
    return data.layout();
  }

  @Override
  public List<String> labels() {
    return data.labels();
  }

  @Override
  public List<String> splits() {
    return data.splits();
  }

  @Override
  public DataSet withBoxes(AnnotationProblems other) {
    return new DataSetWithBoxes(data, source, other);
  }

  @Override
  public ImageSet split(String name) throws IOException {
    AnnotationProblems own = new AnnotationProblems();
    try {
      ImageSet images = source.images(name, own);
      return new BoxReader(source.annotations(name, own), isTrainedOn(name), own).read(images);
    } finally {
      problems.addAndLog(own, root() + ", " + name);
    }
  }

  private static boolean isTrainedOn(String split) {
    return split.equals(DataSets.TRAIN) || split.equals(DataSets.ALL);
  }
}
