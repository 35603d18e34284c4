package vggstream.train.step;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import vggstream.train.data.Augmentation;
import vggstream.train.data.BatchLoader;
import vggstream.train.data.ImageSet;
import vggstream.train.data.Sample;
import vggstream.train.data.UnreadableImages;
import vggstream.train.network.Configuration;
import vggstream.train.network.Initialisation;
import vggstream.train.network.Network;
import vggstream.train.network.NetworkSpec;

/**
 * How busy the loader keeps the optimiser: VGG-A's steps over crops of 224 out of photographs at S
 * in [256, 512], decoded by as many threads as the step has, on the same cores.
 */
final class LoaderBenchmark {
  private static final int BATCH = 8;
  private static final int STEPS = 6;

  private LoaderBenchmark() {}

  /** The share of the time that the optimiser did not wait, the first batch aside. */
  static Ratio run(Path photographs, int threads) throws IOException, InterruptedException {
    List<Sample> samples = new ArrayList<>();
    try (Stream<Path> files = Files.list(photographs)) {
      files
          .map(f -> f.getFileName().toString())
          .filter(name -> name.matches("(?i).*\\.jpe?g"))
          .sorted()
          .forEach(name -> samples.add(new Sample(name, 0)));
    }
    while (samples.size() < BATCH) {
      samples.addAll(List.copyOf(samples));
    }
    ImageSet images = new ImageSet(photographs, List.of("photograph"), samples);
    Network network = Network.of(NetworkSpec.paper(Configuration.A));
    StepHyperparameters h = new StepHyperparameters(0.001f, 0.9f, 5e-4f, 0.5f);
    try (TrainingStep step =
            new TrainingStep(network, BATCH, Samples.PREPROCESSING, StepOptions.cpu(threads));
        BatchLoader loader =
            new BatchLoader(
                images,
                new Augmentation(256, 512, 224, true),
                new UnreadableImages(images, UnreadableImages.DEFAULT_LIMIT),
                new BatchLoader.Options(BATCH, 1, threads, 3),
                0)) {
      step.initialise(new Initialisation.He(), 1);
      long start = 0;
      long waited = 0;
      for (int i = 0; i <= STEPS; i++) {
        for (BatchLoader.Group group : loader.next().groups()) {
          step.run(group.pixels(), group.labels(), h, new DropoutKey(1, i));
        }
        if (i == 0) {
          start = System.nanoTime();
          waited = loader.waitedNanos();
        }
      }
      double all = System.nanoTime() - start;
      double share = 1 - (loader.waitedNanos() - waited) / all;
      return Ratio.share(
          "optimiser busy, VGG-A of photographs at S in [256;512]", share, ">= 0.95");
    }
  }
}
