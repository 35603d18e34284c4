package vggstream.train.report;

import java.util.List;
import java.util.Map;
import vggstream.classify.Cropping;
import vggstream.train.data.Layout;

/**
 * The outcome of {@code evaluate}: which networks, on which images, by which protocol, with which
 * error.
 *
 * @param models at least one; several are an ensemble
 * @param data the images
 * @param cropping what of an image was evaluated
 * @param flip whether mirror images were evaluated too
 * @param images that were classified, at least 1
 * @param top1Error share of images, 0..1
 * @param top5Error share of images, 0..1
 * @param seconds that it took, decoding included
 * @param unreadable images that were left out: reasons by path
 */
public record Evaluation(
    List<Model> models,
    Data data,
    Cropping cropping,
    boolean flip,
    int images,
    double top1Error,
    double top5Error,
    double seconds,
    Map<String, String> unreadable) {

  public Evaluation {
    models = List.copyOf(models);
    if (models.isEmpty() || images < 1) {
      throw new IllegalArgumentException(
          "models and images must be at least one: were %d, %d".formatted(models.size(), images));
    }
    if (!(top1Error >= 0 && top1Error <= 1 && top5Error >= 0 && top5Error <= 1)) {
      throw new IllegalArgumentException(
          "errors must be within 0..1: were %s, %s".formatted(top1Error, top5Error));
    }
  }

  /**
   * A network that was evaluated.
   *
   * @param file as given
   * @param sha256 of the file, hexadecimal
   * @param architecture such as {@code VGG-D}
   * @param trainingScaleMin S, or its smallest value, pixels
   * @param trainingScaleMax S, or its largest value, pixels
   * @param cropSide side of its training crops, pixels
   * @param scales Q of the test, ascending, pixels
   */
  public record Model(
      String file,
      String name,
      String version,
      String sha256,
      String architecture,
      int trainingScaleMin,
      int trainingScaleMax,
      int cropSide,
      List<Integer> scales) {
    public Model {
      scales = List.copyOf(scales);
    }

    /** The paper's name of the network, such as {@code D}. */
    public String configuration() {
      return architecture.startsWith("VGG-") ? architecture.substring(4) : architecture;
    }

    /** S as the paper writes it: {@code 256} or {@code [256;512]}. */
    public String trainScale() {
      return trainingScaleMin == trainingScaleMax
          ? Integer.toString(trainingScaleMin)
          : "[%d;%d]".formatted(trainingScaleMin, trainingScaleMax);
    }

    /** Q as the paper writes it: {@code 224,256,288}. */
    public String testScales() {
      return String.join(",", scales.stream().map(String::valueOf).toList());
    }

    /** As Table 6 writes it: {@code D/[256;512]/256,384,512}. */
    public String notation() {
      return configuration() + "/" + trainScale() + "/" + testScales();
    }
  }

  /**
   * The images.
   *
   * @param path as given
   * @param name of the data set
   * @param layout how it lies on disk
   * @param split such as {@code test}
   * @param classes number of classes of the networks
   * @param fingerprint of the split
   */
  public record Data(
      String path, String name, Layout layout, String split, int classes, String fingerprint) {

    /** Classes of ILSVRC's classification task, with which alone the paper's figures compare. */
    private static final int ILSVRC_CLASSES = 1000;

    /** Whether figures stand beside the paper's: the same classes, not a selection of them. */
    public boolean isPapers() {
      return layout == Layout.ILSVRC && classes == ILSVRC_CLASSES;
    }
  }

  /** Images a second, decoding included. */
  public double imagesPerSecond() {
    return images / seconds;
  }
}
