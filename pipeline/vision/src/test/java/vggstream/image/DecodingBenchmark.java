package vggstream.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Decoding and rescaling of large JPEGs against OpenCV's {@code imread} + {@code resize}: processor
 * time of one thread, the measured parts in turn. The JPEGs are photographs of a folder, enlarged
 * and mirrored to 4000 x 3000 pixels, or a generated picture; then a photograph as it is.
 */
final class DecodingBenchmark {
  private static final Size LARGE = new Size(4000, 3000);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private DecodingBenchmark() {}

  private interface Work {
    void run() throws Exception;
  }

  /**
   * Runs it.
   *
   * @param args Q, repetitions, and optionally a folder of photographs as JPEG
   */
  public static void main(String[] args) throws Exception {
    int q = args.length > 0 ? Integer.parseInt(args[0]) : 256;
    int repetitions = args.length > 1 ? Integer.parseInt(args[1]) : 15;
    List<Path> photographs = args.length > 2 ? photographs(Path.of(args[2])) : List.of();
    System.out.printf("Q = %d; processor time, ms, median of %d%n%n", q, repetitions);
    System.out.println(
        "| JPEG | bits a pixel | imread + resize, linear | area | reduced imdecode + area"
            + " | scan check | decodeFor + rescale | times as fast as linear | area |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    if (photographs.isEmpty()) {
      BufferedImage picture =
          TestImages.picture(LARGE.width(), LARGE.height(), BufferedImage.TYPE_INT_RGB);
      measure("generated", TestImages.jpeg(picture, false, 0.9f), q, repetitions);
    }
    double[] ratios = new double[photographs.size()];
    for (int i = 0; i < ratios.length; i++) {
      Path file = photographs.get(i);
      ratios[i] = measure(file.getFileName().toString(), enlarged(file, 90), q, repetitions);
    }
    Arrays.sort(ratios);
    if (ratios.length > 0) {
      byte[] small = Files.readAllBytes(photographs.get(0));
      measure(photographs.get(0).getFileName() + ", as it is", small, q, 20 * repetitions);
      System.out.printf(
          Locale.ROOT, "ratio %.2f%n", ratios[ratios.length / 2]); // to area averaging
    }
  }

  private static List<Path> photographs(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.toString().toLowerCase(Locale.ROOT).matches(".*\\.jpe?g"))
          .sorted()
          .limit(8)
          .toList();
    }
  }

  /** A photograph of 12 megapixels with the sharpness of a camera's: enlarged at most threefold. */
  private static byte[] enlarged(Path file, int quality) throws Exception {
    byte[] encoded = Files.readAllBytes(file);
    try (RgbImage image = new ImageDecoder(ImageLimits.DEFAULT).decode(ByteBuffer.wrap(encoded));
        Mat part = new Mat();
        Mat all = new Mat();
        Mat cut = new Mat(LARGE.height(), LARGE.width(), image.mat().type())) {
      double factor = 2.5;
      int width = (int) (image.size().width() * factor);
      int height = (int) (image.size().height() * factor);
      try (var size = new org.bytedeco.opencv.opencv_core.Size(width, height)) {
        opencv_imgproc.resize(image.mat(), part, size, 0, 0, opencv_imgproc.INTER_CUBIC);
      }
      opencv_core.copyMakeBorder(
          part,
          all,
          0,
          Math.max(0, LARGE.height() - height),
          0,
          Math.max(0, LARGE.width() - width),
          opencv_core.BORDER_REFLECT);
      try (var rect =
              new org.bytedeco.opencv.opencv_core.Rect(0, 0, LARGE.width(), LARGE.height());
          Mat view = new Mat(all, rect)) {
        view.copyTo(cut);
      }
      ByteBuffer rgb = cut.createBuffer();
      return OpenCv.encode(".jpg", rgb, LARGE, OpenCv.JPEG_QUALITY, quality);
    }
  }

  private static double measure(String name, byte[] jpeg, int q, int repetitions) throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(jpeg);
    ImageHeader header = ImageHeader.read(bytes);
    JpegHeader jpegHeader = JpegHeader.read(bytes, Long.MAX_VALUE);
    Size size = Rescale.toSmallerSide(header.size(), q);
    ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
    int reduction = ImageDecoder.reduction(header, q);
    Path file = Files.createTempFile("decoding", ".jpg");
    try (Mat target = OpenCv.allocate(size);
        BytePointer pointer = new BytePointer(jpeg)) {
      Files.write(file, jpeg);
      List<Work> works = new ArrayList<>();
      works.add(() -> imread(file, target, opencv_imgproc.INTER_LINEAR));
      works.add(() -> imread(file, target, opencv_imgproc.INTER_AREA));
      works.add(
          () -> {
            try (Mat pixels = OpenCv.decode(List.of(bytes), header, reduction)) {
              Rescale.rescale(pixels, target);
            }
          });
      works.add(() -> JpegScans.requireComplete(bytes, jpegHeader));
      works.add(
          () -> {
            try (RgbImage image = decoder.decodeFor(bytes, q)) {
              Rescale.rescale(image.mat(), target);
            }
          });
      double[] millis = medians(works, repetitions);
      System.out.printf(
          Locale.ROOT,
          "| %s, %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f |%n",
          name,
          header.size(),
          8.0 * jpeg.length / header.size().pixels(),
          millis[0],
          millis[1],
          millis[2],
          millis[3],
          millis[4],
          millis[0] / millis[4],
          millis[1] / millis[4]);
      return millis[1] / millis[4];
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static void imread(Path file, Mat target, int interpolation) {
    try (Mat pixels = opencv_imgcodecs.imread(file.toString(), opencv_imgcodecs.IMREAD_COLOR_RGB)) {
      OpenCv.resize(pixels, target, interpolation);
    }
  }

  private static double[] medians(List<Work> works, int repetitions) throws Exception {
    double[][] millis = new double[works.size()][repetitions];
    for (int r = -Math.max(3, repetitions / 3); r < repetitions; r++) {
      for (int w = 0; w < works.size(); w++) {
        long start = THREADS.getCurrentThreadCpuTime();
        works.get(w).run();
        if (r >= 0) {
          millis[w][r] = (THREADS.getCurrentThreadCpuTime() - start) / 1e6;
        }
      }
    }
    double[] medians = new double[works.size()];
    for (int w = 0; w < medians.length; w++) {
      Arrays.sort(millis[w]);
      medians[w] = millis[w][repetitions / 2];
    }
    return medians;
  }
}
