package vggstream.job.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import vggstream.job.codec.ImageRequest;
import vggstream.job.codec.ModelRole;
import vggstream.job.codec.Release;
import vggstream.job.codec.SourceRecord;
import vggstream.job.codec.Stamp;
import vggstream.job.config.JobOptions;
import vggstream.job.release.EventHash;

@Timeout(120)
@SuppressWarnings("try") // a harness may be interrupted when it is closed
class StampModelsTest {
  @TempDir private Path directory;
  private JobOptions options;
  private long now;
  private long offset;

  @BeforeEach
  void makeOptions() throws Exception {
    ReleasedFakes.reset();
    options =
        JobOptions.of(
            Map.of(
                "bootstrap-servers", "none:1",
                "model", ReleasedFakes.file(directory, "0").toString(),
                "models-topic", "models",
                "scales", "8",
                "warm-up", "false"));
  }

  @AfterEach
  void everyModelIsClosed() {
    ReleasedFakes.requireAllClosed();
  }

  private TwoInputStreamOperatorTestHarness<ImageRequest, SourceRecord, ImageRequest> harness()
      throws Exception {
    return new TwoInputStreamOperatorTestHarness<>(new StampModels(options, ReleasedFakes::open));
  }

  private static StreamRecord<ImageRequest> event(String id) {
    return new StreamRecord<>(
        new ImageRequest(
            new SourceRecord(null, new byte[0], "t", 0, 0),
            id,
            "s",
            0,
            0,
            0,
            null,
            Map.of(),
            Stamp.NONE));
  }

  private StreamRecord<SourceRecord> tombstone(ModelRole role) {
    return record(role, null);
  }

  private StreamRecord<SourceRecord> record(ModelRole role, byte @Nullable [] value) {
    return new StreamRecord<>(
        new SourceRecord(
            role.name().getBytes(StandardCharsets.UTF_8), value, "models", 0, offset++));
  }

  private StreamRecord<SourceRecord> release(ModelRole role, String version, double share)
      throws Exception {
    Release release = ReleasedFakes.release(directory, role, version, share);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new SpecificDatumWriter<>(vggstream.schema.ModelRelease.class)
        .write(
            new vggstream.schema.ModelRelease(
                role.name(),
                release.name(),
                release.version(),
                release.uri(),
                release.sha256(),
                share,
                Map.of()),
            encoder);
    encoder.flush();
    return record(role, out.toByteArray());
  }

  private static String version(@Nullable Release release) {
    return release == null ? "own" : release.version();
  }

  /** How the next event is stamped: model, fallback, shadow. */
  private static String stamp(
      TwoInputStreamOperatorTestHarness<ImageRequest, SourceRecord, ImageRequest> harness,
      String id)
      throws Exception {
    harness.getOutput().clear();
    harness.processElement1(event(id));
    Stamp stamp =
        ((ImageRequest) ((StreamRecord<?>) harness.getOutput().poll()).getValue()).stamp();
    return "%s %s %s"
        .formatted(version(stamp.model()), version(stamp.fallback()), version(stamp.shadow()));
  }

  private static List<String> reports(
      TwoInputStreamOperatorTestHarness<ImageRequest, SourceRecord, ImageRequest> harness) {
    List<String> reports = new ArrayList<>();
    var output = harness.getSideOutput(StampModels.REPORTS);
    if (output != null) {
      output.forEach(
          r -> {
            ReleaseReport report = r.getValue();
            reports.add(
                report.refused() != null
                    ? "refused " + report.reason()
                    : report.role()
                        + " "
                        + (report.live() == null ? "none" : report.live().version()));
          });
    }
    return reports;
  }

  /** Lets time pass, as no event does, until something is so. */
  private void await(
      TwoInputStreamOperatorTestHarness<ImageRequest, SourceRecord, ImageRequest> harness,
      BooleanSupplier condition)
      throws Exception {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, () -> "not within 60 s; " + reports(harness));
      harness.setProcessingTime(now += 100);
      Thread.onSpinWait();
    }
  }

  @Test
  void eventsMoveOnceTheModelIsLoaded() throws Exception {
    try (var harness = harness()) {
      harness.open();
      assertEquals("own own own", stamp(harness, "e"));
      ReleasedFakes.HELD.put("1", new CountDownLatch(1));
      harness.processElement2(release(ModelRole.PRIMARY, "1", 1));
      harness.setProcessingTime(now += 1000);
      assertEquals("own own own", stamp(harness, "e"));
      assertEquals(List.of("PRIMARY 0", "CANARY none", "SHADOW none"), reports(harness));
      ReleasedFakes.HELD.get("1").countDown();
      await(harness, () -> reports(harness).contains("PRIMARY 1"));
      assertEquals("1 own own", stamp(harness, "e"));
      harness.processElement2(release(ModelRole.PRIMARY, "2", 1));
      await(harness, () -> reports(harness).contains("PRIMARY 2"));
      assertEquals("2 1 own", stamp(harness, "e"));
    }
  }

  @Test
  void canaryAnswersItsShareAndTheShadowAll() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement2(release(ModelRole.PRIMARY, "1", 1));
      harness.processElement2(release(ModelRole.CANARY, "2", 0.3));
      harness.processElement2(release(ModelRole.SHADOW, "3", 1));
      await(
          harness,
          () -> reports(harness).containsAll(List.of("PRIMARY 1", "CANARY 2", "SHADOW 3")));
      for (int i = 0; i < 200; i++) {
        boolean canary = EventHash.slot("e" + i) < 3000;
        assertEquals(canary ? "2 1 3" : "1 own 3", stamp(harness, "e" + i));
      }
      harness.processElement2(tombstone(ModelRole.CANARY));
      harness.processElement2(tombstone(ModelRole.SHADOW));
      for (int i = 0; i < 200; i++) {
        assertEquals("1 own own", stamp(harness, "e" + i));
      }
      await(harness, () -> reports(harness).contains("SHADOW none"));
    }
  }

  @Test
  void brokenReleaseIsRefusedAndTheOldOneGoesOn() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement2(release(ModelRole.PRIMARY, "1", 1));
      await(harness, () -> reports(harness).contains("PRIMARY 1"));
      harness.processElement2(release(ModelRole.PRIMARY, "broken", 1));
      await(harness, () -> reports(harness).contains("refused RELEASE_NOT_LOADABLE"));
      assertEquals("1 own own", stamp(harness, "e"));
      harness.processElement2(tombstone(ModelRole.PRIMARY));
      assertTrue(reports(harness).contains("refused INVALID_RELEASE"));
      assertEquals("1 own own", stamp(harness, "e"));
    }
  }

  @Test
  void releaseBeforeABrokenOneIsTriedAfterIt() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement2(release(ModelRole.PRIMARY, "1", 1));
      harness.processElement2(release(ModelRole.PRIMARY, "broken", 1)); // at once
      await(harness, () -> reports(harness).contains("PRIMARY 1"));
      assertTrue(reports(harness).contains("refused RELEASE_NOT_LOADABLE"));
    }
  }

  @Test
  void whatIsLiveIsLoadedAgainBeforeTheFirstEventAfterARestore() throws Exception {
    OperatorSubtaskState snapshot;
    try (var harness = harness()) {
      harness.open();
      harness.processElement2(release(ModelRole.PRIMARY, "1", 1));
      await(harness, () -> reports(harness).contains("PRIMARY 1"));
      harness.processElement2(release(ModelRole.PRIMARY, "2", 1));
      harness.processElement2(release(ModelRole.SHADOW, "3", 1));
      await(harness, () -> reports(harness).containsAll(List.of("PRIMARY 2", "SHADOW 3")));
      ReleasedFakes.HELD.put("4", new CountDownLatch(1));
      harness.processElement2(release(ModelRole.CANARY, "4", 1));
      snapshot = harness.snapshot(1, 1);
      ReleasedFakes.HELD.get("4").countDown();
    }
    try (var harness = harness()) {
      harness.initializeState(snapshot);
      harness.open();
      assertTrue(stamp(harness, "e").endsWith(" 3"));
      await(harness, () -> reports(harness).contains("CANARY 4")); // on its way before
      assertEquals("4 2 3", stamp(harness, "e"));
      assertTrue(reports(harness).containsAll(List.of("PRIMARY 2", "SHADOW 3")));
    }
    Files.delete(directory.resolve("2"));
    Files.delete(directory.resolve("4"));
    try (var harness = harness()) {
      harness.initializeState(snapshot);
      harness.open();
      assertEquals("1 own 3", stamp(harness, "e")); // the PRIMARY before it
      await(harness, () -> reports(harness).contains("refused RELEASE_UNREADABLE"));
    }
  }

  @Test
  void watermarksAreTheEventsAlone() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processWatermark2(new Watermark(3));
      assertNull(harness.getOutput().poll());
      harness.processWatermark1(new Watermark(7));
      assertEquals(new Watermark(7), harness.getOutput().poll());
    }
  }
}
