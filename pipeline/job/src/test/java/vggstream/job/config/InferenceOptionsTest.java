package vggstream.job.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import vggstream.model.Device;

class InferenceOptionsTest {
  private final List<String> problems = new ArrayList<>();

  private InferenceOptions read(Map<String, String> words) {
    return InferenceOptions.read(words, "path", problems);
  }

  @Test
  void theyAreTheJobsWithTheJobsDefaults() {
    InferenceOptions options = read(Map.of("path", "m", "scales", "256,384"));
    JobOptions job =
        JobOptions.of(Map.of("bootstrap-servers", "h:1", "model", "m", "scales", "256,384"));
    assertNotNull(options);
    assertEquals(job.classifier(), options.classifier());
    assertEquals(job.timeout(), options.timeout());
    assertEquals(List.of(), problems);
  }

  @Test
  void rulesThatNeedTheJobDoNotBind() {
    InferenceOptions options = read(Map.of("path", "m", "batch-size", "64", "timeout", "1 h"));
    assertNotNull(options);
    assertEquals(64, options.classifier().batchSize());
    assertEquals(Duration.ofHours(1), options.timeout());
  }

  @Test
  void allProblemsAreReportedUnderTheWordsInUse() {
    assertNull(
        read(
            Map.of(
                "scales", "1,x", "top-k", "0", "device", "tpu", "capacity", "64", "model", "m")));
    assertEquals(
        List.of(
            "there is no option capacity",
            "there is no option model",
            "path must be given",
            "scales must be an integer within 1..16384: was '1,x'",
            "top-k must be an integer within 1..1000: was '0'",
            "device must be cpu, cuda:N or auto; several must be distinct, and each cuda:N: was"
                + " 'tpu'"),
        problems);
  }

  @Test
  void rulesBetweenOptionsHold() {
    assertNull(read(Map.of("path", "m", "batch-linger", "2 s", "timeout", "1 s")));
    assertEquals(List.of("batch-linger must be below timeout (PT1S): was PT2S"), problems);
  }

  @Test
  void processorRunsOnOneThreadEachUnlessToldOtherwise() {
    ClassifierOptions byItself = classifier(Map.of());
    assertEquals(2, byItself.runsAtATime(new Device.Cpu(), 2));
    assertEquals(1, byItself.threadsOfARun(2));
    assertEquals(1, byItself.runsAtATime(new Device.Cuda(0), 16));
    assertEquals(4, byItself.runsAtATime(new Device.Cpu(), 16));
    assertEquals(4, byItself.threadsOfARun(16));
    ClassifierOptions one = classifier(Map.of("inference-concurrency", "1"));
    assertEquals(1, one.runsAtATime(new Device.Cpu(), 16));
    assertEquals(16, one.threadsOfARun(16));
    ClassifierOptions threads = classifier(Map.of("inference-threads", "5"));
    assertEquals(3, threads.runsAtATime(new Device.Cpu(), 16));
    assertEquals(1, threads.runsAtATime(new Device.Cpu(), 4));
    assertEquals(5, threads.threadsOfARun(16));
    ClassifierOptions both =
        classifier(Map.of("inference-concurrency", "3", "inference-threads", "5"));
    assertEquals(3, both.runsAtATime(new Device.Cuda(1), 16));
    assertEquals(5, both.threadsOfARun(16));
  }

  private ClassifierOptions classifier(Map<String, String> words) {
    Map<String, String> all = new HashMap<>(words);
    all.put("path", "m");
    InferenceOptions options = read(all);
    assertNotNull(options, problems::toString);
    return options.classifier();
  }
}
