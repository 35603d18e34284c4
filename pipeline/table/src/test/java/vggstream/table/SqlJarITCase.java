package vggstream.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What {@code vgg-sql.jar} holds. */
class SqlJarITCase {
  private static final Path JAR = Path.of("target", "vgg-sql.jar");

  @Test
  void itHoldsThisProjectAloneAndSaysWhatFlinkLooksFor() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      List<String> others =
          jar.stream()
              .map(ZipEntry::getName)
              .filter(name -> !name.startsWith("vggstream/") && !name.startsWith("META-INF/"))
              .filter(name -> !name.startsWith("org/bytedeco/opencl/presets/")) // -Pbytedeco
              .filter(name -> !name.equals("org/") && !name.equals("org/bytedeco/"))
              .filter(name -> !name.equals("org/bytedeco/opencl/"))
              .toList();
      assertEquals(List.of(), others);
      assertEquals(
          Set.of(
              "vggstream.table.VggModelProviderFactory",
              "vggstream.table.function.VggModuleFactory"),
          services(jar, "org.apache.flink.table.factories.Factory"));
      assertEquals(1, services(jar, "vggstream.model.DenseModelRuntime").size());
    }
  }

  private static Set<String> services(JarFile jar, String service) throws IOException {
    ZipEntry entry = jar.getEntry("META-INF/services/" + service);
    String text = new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
    return new TreeSet<>(text.lines().filter(line -> !line.isBlank()).toList());
  }

  @Test
  void everyClassOfThisProjectThatItUsesIsInIt() throws IOException {
    JavaClasses classes = new ClassFileImporter().importJar(new JarFile(JAR.toFile()));
    Set<String> names = new TreeSet<>();
    classes.forEach(c -> names.add(c.getName()));
    assertTrue(names.contains("vggstream.table.VggModelProviderFactory"));
    Set<String> missing = new TreeSet<>();
    for (JavaClass from : classes) {
      for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
        String to = dependency.getTargetClass().getBaseComponentType().getName();
        if (to.startsWith("vggstream.") && !names.contains(to)) {
          missing.add(to);
        }
      }
    }
    assertEquals(Set.of(), missing);
  }
}
