package vggstream.job.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import vggstream.model.Device;

/** A program of the test's own stands for the driver's. */
@Timeout(120)
class DeviceMemoryTest {
  private static final String TWO_CARDS =
      """
      echo "0, GPU-aaaa-1, 512, 81559"
      echo "1, GPU-bbbb-2, 1024, [N/A]"
      """;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @BeforeEach
  void needsAShell() {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no shell: skipped");
  }

  private Path program(String script) throws IOException {
    Path program = folder.resolve("nvidia-smi");
    Path made = Files.writeString(folder.resolve("made"), "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Files.move(made, program, StandardCopyOption.REPLACE_EXISTING);
  }

  private static CudaMemory asked(Path program, @Nullable String visible) {
    return new CudaMemory(new NvidiaSmi(program, PATIENCE), visible, Duration.ofMillis(50));
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "must come in time");
      Thread.onSpinWait();
    }
  }

  @Test
  void theProgramIsAskedForIndexUuidAndMemory() throws Exception {
    Path program = program("echo \"$@\" > \"$(dirname \"$0\")/arguments\"\n" + TWO_CARDS);
    List<NvidiaSmi.Card> cards = new NvidiaSmi(program, PATIENCE).read();
    assertEquals(
        List.of(
            new NvidiaSmi.Card(0, "GPU-aaaa-1", new MemoryUse(512L << 20, 81559L << 20)),
            new NvidiaSmi.Card(1, "GPU-bbbb-2", new MemoryUse(1024L << 20, -1))),
        cards);
    assertEquals(
        "--query-gpu=index,uuid,memory.used,memory.total --format=csv,noheader,nounits",
        Files.readString(folder.resolve("arguments")).strip());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo \"0, GPU-a, 512 MiB, 81559 MiB\"",
        "echo \"No devices were found\"",
        "echo \"0, GPU-a, -3, 5\"",
        "echo \"0, GPU-a, 512, 81559\"; exit 9",
      })
  void whatIsNotAsExpectedIsAnError(String script) throws Exception {
    NvidiaSmi smi = new NvidiaSmi(program(script), PATIENCE);
    assertTrue(assertThrows(IOException.class, smi::read).getMessage().contains(" must "));
  }

  @Test
  void aProgramThatHangsIsKilled() throws Exception {
    Path pid = folder.resolve("pid");
    Path program = program("echo $$ > " + pid + "\nexec sleep 600\n");
    NvidiaSmi smi = new NvidiaSmi(program, Duration.ofSeconds(2));
    IOException e = assertThrows(IOException.class, smi::read);
    assertTrue(e.getMessage().contains("must end within PT2S"), e.getMessage());
    if (Files.exists(pid)) { // else the machine was too busy for it to begin
      String text = Files.readString(pid).strip();
      await(
          () ->
              text.isEmpty()
                  || ProcessHandle.of(Long.parseLong(text))
                      .filter(ProcessHandle::isAlive)
                      .isEmpty());
    }
  }

  @Test
  void cardsAreFoundAsCudaNumbersThem() throws Exception {
    Path program = program(TWO_CARDS);
    try (CudaMemory all = asked(program, null);
        CudaMemory turned = asked(program, "1, GPU-aaaa");
        CudaMemory one = asked(program, "1")) {
      await(() -> all.of(0).used() == 512L << 20 && all.of(1).used() == 1024L << 20);
      await(() -> turned.of(0).used() == 1024L << 20 && turned.of(1).used() == 512L << 20);
      await(() -> one.of(0).used() == 1024L << 20);
      assertEquals(MemoryUse.NONE, one.of(1));
      assertEquals(MemoryUse.NONE, all.of(2));
    }
  }

  @Test
  void memoryFollowsTheProgramThroughItsFailures() throws Exception {
    Path program = program("echo \"0, GPU-a, 100, 2000\"");
    try (CudaMemory memory = asked(program, null)) {
      await(() -> memory.of(0).equals(new MemoryUse(100L << 20, 2000L << 20)));
      program("exit 1");
      await(() -> memory.of(0).equals(MemoryUse.NONE));
      program("echo \"0, GPU-a, 300, 2000\"");
      await(() -> memory.of(0).used() == 300L << 20);
    }
  }

  @Test
  void theProgramIsLookedForOnThePath() throws Exception {
    assertEquals(Optional.empty(), NvidiaSmi.find(null));
    assertEquals(Optional.empty(), NvidiaSmi.find(folder.toString()));
    Path program = program("exit 0");
    assertEquals(
        Optional.of(program), NvidiaSmi.find(folder.resolve("none") + File.pathSeparator + folder));
  }

  @Test
  void devicesAreThoseThatCanBeTold() throws Exception {
    ProcessMemory process = new ProcessMemory(processor("VmPeak:\t 9 kB\nVmRSS:\t   2048 kB\n"));
    Set<Device> used = Set.of(new Device.Auto());
    try (CudaMemory cuda = asked(program(TWO_CARDS), null);
        DeviceMemory memory = DeviceMemory.open(used, process, cuda, () -> {});
        DeviceMemory without = DeviceMemory.open(used, process, null, () -> {});
        DeviceMemory elsewhere =
            DeviceMemory.open(used, new ProcessMemory(folder.resolve("none")), null, () -> {})) {
      assertEquals(Set.of("cpu", "cuda:0"), memory.devices());
      assertEquals(2048L << 10, memory.of("cpu").used());
      await(() -> memory.of("cuda:0").used() == 512L << 20);
      assertEquals(Set.of("cpu"), without.devices());
      assertEquals(Set.of(), elsewhere.devices());
      assertThrows(IllegalArgumentException.class, () -> without.of("cuda:0"));
    }
  }

  private Path processor(String status) throws IOException {
    return Files.writeString(folder.resolve("status"), status);
  }

  @Test
  void thisProcessHasMemoryOfThisMachines() {
    assumeTrue(Files.exists(ProcessMemory.STATUS), "no /proc/self/status: skipped");
    try (DeviceMemory memory = DeviceMemory.open(Set.of(new Device.Cpu()))) {
      assertEquals(Set.of("cpu"), memory.devices());
      MemoryUse use = memory.of("cpu");
      assertTrue(use.used() > 10 << 20 && use.used() < use.total(), use::toString);
      assertFalse(
          Thread.getAllStackTraces().keySet().stream()
              .anyMatch(t -> t.getName().equals("vgg-device-memory") && t.isAlive()),
          "nothing runs for the processor");
    }
  }
}
