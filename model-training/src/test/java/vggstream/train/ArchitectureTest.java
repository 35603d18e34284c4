package vggstream.train;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The borders of this module's packages. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("vggstream.train");

  @Test
  void packagesImportOnlyWhatTheDesignAllows() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("run")
        .definedBy("vggstream.train")
        .layer("report")
        .definedBy("vggstream.train.report")
        .layer("claims")
        .definedBy("vggstream.train.claims")
        .layer("evaluate")
        .definedBy("vggstream.train.evaluate")
        .layer("journal")
        .definedBy("vggstream.train.journal")
        .layer("checkpoint")
        .definedBy("vggstream.train.checkpoint")
        .layer("recipe")
        .definedBy("vggstream.train.recipe")
        .layer("step")
        .definedBy("vggstream.train.step")
        .layer("data")
        .definedBy("vggstream.train.data")
        .layer("network")
        .definedBy("vggstream.train.network")
        .whereLayer("run")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("report")
        .mayOnlyBeAccessedByLayers("run")
        .whereLayer("claims")
        .mayOnlyBeAccessedByLayers("run")
        .whereLayer("evaluate")
        .mayOnlyBeAccessedByLayers("run", "report")
        .whereLayer("journal")
        .mayOnlyBeAccessedByLayers("run", "report", "evaluate")
        .whereLayer("checkpoint")
        .mayOnlyBeAccessedByLayers("run")
        .whereLayer("recipe")
        .mayOnlyBeAccessedByLayers("run", "checkpoint")
        .whereLayer("step")
        .mayOnlyBeAccessedByLayers("run")
        .whereLayer("data")
        .mayOnlyBeAccessedByLayers("run", "report", "evaluate", "recipe", "checkpoint")
        .whereLayer("network")
        .mayOnlyBeAccessedByLayers("run", "step", "recipe")
        .check(CLASSES);
  }

  @Test
  void theNetworkKnowsNothingElseOfTheProject() {
    noClasses()
        .that()
        .resideInAPackage("vggstream.train.network..")
        .should()
        .dependOnClassesThat(
            JavaClass.Predicates.resideInAPackage("vggstream..")
                .and(JavaClass.Predicates.resideOutsideOfPackage("vggstream.train.network..")))
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("vggstream.train.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheStepTouchesBytedeco() {
    noClasses()
        .that()
        .resideOutsideOfPackage("vggstream.train.step..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco..")
        .check(CLASSES);
  }

  @Test
  void onlyTheNetworkTouchesTheProtobufOfOnnx() {
    noClasses()
        .that()
        .resideOutsideOfPackages("vggstream.train.network..", "vggstream.train.step..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.onnx..")
        .check(CLASSES);
  }

  @Test
  void protobufIsForGraphsAndForTensorBoardsEvents() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "vggstream.train.network..", "vggstream.train.step..", "vggstream.train.journal..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.google.protobuf..")
        .check(CLASSES);
  }

  @Test
  void onlyTheCommandLineTouchesPicocli() {
    noClasses()
        .that()
        .resideOutsideOfPackage("vggstream.train")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..", "me.tongfei..")
        .check(CLASSES);
  }
}
