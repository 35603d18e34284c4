package vggstream.localise;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import vggstream.classify.Protocol;
import vggstream.classify.RescaleLimit;
import vggstream.classify.ScaledView;
import vggstream.image.ImageRejectedException;
import vggstream.image.Size;
import vggstream.model.DenseOutputs;
import vggstream.model.ModelCard;
import vggstream.model.ModelCard.Task;
import vggstream.model.Output;

/**
 * How long localisation takes after inference: all windows of a 2000 x 1500 image at Q = 256, 384,
 * 512 rated and gathered, the boxes of the five most probable classes merged: processor time of one
 * thread. Scores and boxes are random, of two kinds: with a standard deviation of 4, of 1000
 * classes about 5 % are candidates at a window, as trained networks have them when they are in
 * doubt; with 2, about 16 %, the worst seen.
 */
final class LocalisationBenchmark {
  private static final Size IMAGE = new Size(2000, 1500);
  private static final List<Integer> SCALES = List.of(256, 384, 512);
  private static final int WARM_UP = 200;
  private static final int TIMED = 200;

  private LocalisationBenchmark() {}

  /** A view and what the networks say of it. */
  private record Said(ScaledView view, DenseOutputs outputs) {}

  public static void main(String[] args) throws ImageRejectedException {
    System.out.println("| networks | mirror images | windows | scores | median, ms | 95 %, ms |");
    System.out.println("|---|---|---|---|---|---|");
    for (int crop : List.of(224, 32)) {
      for (int classes : List.of(20, 1000)) {
        for (Task task : List.of(Task.CLASSIFY_LOCALISE_SCR, Task.CLASSIFY_LOCALISE_PCR)) {
          for (boolean flip : List.of(false, true)) {
            for (int deviation : List.of(4, 2)) {
              measure(card(task, crop, classes), flip, deviation);
            }
          }
        }
      }
    }
  }

  private static ModelCard card(Task task, int crop, int classes) {
    return new ModelCard(
        "random",
        "1",
        "random",
        task,
        IntStream.range(0, classes).mapToObj(k -> "class-" + k).toList(),
        List.of(0f, 0f, 0f),
        List.of(1f, 1f, 1f),
        crop,
        crop,
        crop,
        32,
        1,
        "none");
  }

  private static void measure(ModelCard card, boolean flip, int deviation)
      throws ImageRejectedException {
    Random random = new Random(1);
    List<Said> views = new ArrayList<>();
    int windows = 0;
    for (ScaledView view : new Protocol(SCALES, flip).views(IMAGE, RescaleLimit.DEFAULT)) {
      int height = view.size().height();
      int width = view.size().width();
      DenseOutputs outputs =
          DenseOutputs.allocate(
              card,
              view.slots(),
              height,
              width,
              EnumSet.of(Output.SCORES, Output.SCORE_MAP, Output.BOX_MAP));
      fill(outputs.get(Output.SCORES), random, deviation, 0);
      fill(outputs.get(Output.SCORE_MAP), random, deviation, 0);
      fill(outputs.get(Output.BOX_MAP), random, 0.1, 0.5);
      views.add(new Said(view, outputs));
      windows += view.slots() * card.mapSide(height) * card.mapSide(width);
    }
    Localisation localisation = new Localisation(card, IMAGE);
    WindowRatings ratings = new WindowRatings();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    double[] millis = new double[TIMED];
    int boxes = 0;
    for (int i = -WARM_UP; i < TIMED; i++) {
      long start = threads.getCurrentThreadCpuTime();
      localisation.restart(IMAGE);
      for (Said said : views) {
        List<DenseOutputs> outputs = List.of(said.outputs());
        localisation.add(said.view(), 0, outputs, outputs, ratings);
      }
      boxes += localisation.top(5).size();
      if (i >= 0) {
        millis[i] = (threads.getCurrentThreadCpuTime() - start) / 1e6;
      }
    }
    if (boxes != 5 * (WARM_UP + TIMED)) {
      throw new AssertionError("boxes were lost: " + boxes);
    }
    Arrays.sort(millis);
    System.out.printf(
        "| crop %d, %d classes, %s | %s | %d | +- %d | %.2f | %.2f |%n",
        card.cropSide(),
        card.classCount(),
        card.task().perClass() ? "PCR" : "SCR",
        flip ? "yes" : "no",
        windows,
        deviation,
        millis[TIMED / 2],
        millis[TIMED * 95 / 100]);
  }

  private static void fill(FloatBuffer values, Random random, double deviation, double mean) {
    for (int i = 0; i < values.capacity(); i++) {
      values.put(i, (float) (mean + deviation * random.nextGaussian()));
    }
  }
}
