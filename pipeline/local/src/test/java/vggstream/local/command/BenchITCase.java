package vggstream.local.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import vggstream.local.ShippedFile;
import vggstream.local.scene.SceneDataSet;
import vggstream.model.ModelFiles;

@Timeout(180)
class BenchITCase {
  @Test
  void lastLineIsTheRatioOfJobToBare(@TempDir Path directory) throws Exception {
    Path images = directory.resolve("scenes");
    new SceneDataSet(1, 800, 600).write(SceneDataSet.Split.TEST, 24, images);
    Files.writeString(images.resolve("no-image.txt"), "left out");
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        VggLocal.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode =
        line.execute(
            "bench",
            "--model=" + ModelFiles.colour(directory.resolve("colour.onnx")),
            "--images=" + images,
            "--scales=256,384",
            "--device=cpu",
            "--pairs=1",
            "--seconds=2",
            "--warm-up-seconds=1",
            "--job-warm-up-seconds=1",
            "--checkpoint-interval=500 ms",
            "--parallelism=2",
            "--light-load=3",
            "--profile=" + directory.resolve("job.jfr"),
            "--temporary=" + Files.createDirectory(directory.resolve("tmp")));
    assertEquals(0, exitCode, err::toString);
    String[] lines = out.toString().split("\\R");
    assertTrue(lines[lines.length - 1].matches("ratio \\d+\\.\\d\\d"), out::toString);
    assertTrue(
        lines[lines.length - 2].startsWith("latency of 3 images, one at a time: p50 "),
        out::toString);
    assertTrue(Files.size(directory.resolve("job.jfr")) > 0);
    try (var left = Files.list(directory.resolve("tmp"))) {
      assertEquals(0, left.count());
    }
    assertTrue(err.toString().contains("24 images of "), err::toString);
  }

  /** The file in the jar is {@link ModelFiles#oneConvolution}'s. */
  @Test
  void withoutModelTheNetworkIsOneConvolutionOfSquares(@TempDir Path directory) throws Exception {
    Path shipped =
        ShippedFile.copy(
            "/vggstream/local/bench/one-convolution.onnx", directory.resolve("shipped.onnx"));
    assertEquals(
        -1,
        Files.mismatch(shipped, ModelFiles.oneConvolution(directory.resolve("made.onnx"))),
        "the shipped network must be the one that ModelFiles writes");
    Path images = directory.resolve("scenes");
    new SceneDataSet(1, 800, 600).write(SceneDataSet.Split.TEST, 8, images);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        VggLocal.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode =
        line.execute(
            "bench",
            "--images=" + images,
            "--images-side=224",
            "--scales=224",
            "--flip=false",
            "--device=cpu",
            "--pairs=1",
            "--seconds=1",
            "--warm-up-seconds=1",
            "--job-warm-up-seconds=0",
            "--checkpoint-interval=500 ms",
            "--parallelism=1",
            "--temporary=" + Files.createDirectory(directory.resolve("tmp")));
    assertEquals(0, exitCode, err::toString);
    assertTrue(out.toString().contains("ratio "), out::toString);
    assertTrue(err.toString().contains("8 images of "), err::toString);
  }
}
