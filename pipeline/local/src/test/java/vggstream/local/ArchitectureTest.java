package vggstream.local;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

/** The borders of this module's packages. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("vggstream.local");

  @Test
  void packagesImportOnlyWhatIsBelowThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("stream")
        .definedBy("vggstream.local")
        .layer("scene")
        .definedBy("vggstream.local.scene")
        .layer("picture")
        .definedBy("vggstream.local.picture")
        .layer("run")
        .definedBy("vggstream.local.run")
        .layer("demo")
        .definedBy("vggstream.local.demo")
        .layer("bench")
        .definedBy("vggstream.local.bench")
        .layer("command")
        .definedBy("vggstream.local.command")
        .whereLayer("command")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("demo")
        .mayOnlyBeAccessedByLayers("command")
        .whereLayer("bench")
        .mayOnlyBeAccessedByLayers("command")
        .whereLayer("run")
        .mayOnlyBeAccessedByLayers("demo", "bench", "command")
        .whereLayer("scene")
        .mayOnlyBeAccessedByLayers("demo", "command")
        .whereLayer("picture")
        .mayOnlyBeAccessedByLayers("run", "demo", "command")
        .whereLayer("stream")
        .mayOnlyBeAccessedByLayers("run", "demo", "bench", "command")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("vggstream.(local..)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void scenesAreDrawnByJavaAloneAndBoxesAreVisions() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideInAPackage("vggstream.local.scene")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "java..",
            "javax.imageio..",
            "vggstream.local.scene",
            "vggstream.localise",
            "vggstream.image",
            "org.jspecify..")
        .check(CLASSES);
  }

  @Test
  void noRuntimeAndNoTrainingIsNamed() {
    ArchRuleDefinition.noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "vggstream.onnx..", "vggstream.train..", "ai.onnxruntime..", "org.bytedeco..")
        .check(CLASSES);
  }

  @Test
  void onlyTheBrokerTouchesKafkasServer() {
    ArchRuleDefinition.noClasses()
        .that()
        .doNotHaveSimpleName("EmbeddedBroker")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("kafka.server..", "org.apache.kafka.metadata..")
        .check(CLASSES);
  }
}
