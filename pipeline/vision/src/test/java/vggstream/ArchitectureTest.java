package vggstream;

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
          .importPackages("vggstream");

  @Test
  void packagesImportOnlyWhatTheDesignAllows() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("tensor")
        .definedBy("vggstream.tensor")
        .layer("image")
        .definedBy("vggstream.image")
        .layer("model")
        .definedBy("vggstream.model")
        .layer("classify")
        .definedBy("vggstream.classify")
        .layer("localise")
        .definedBy("vggstream.localise")
        .layer("video")
        .definedBy("vggstream.video")
        .whereLayer("localise")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("video")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("classify")
        .mayOnlyBeAccessedByLayers("localise")
        .whereLayer("image")
        .mayOnlyBeAccessedByLayers("classify", "localise", "video")
        .whereLayer("model")
        .mayOnlyBeAccessedByLayers("classify", "localise")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("vggstream.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyImageTouchesOpenCv() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideOutsideOfPackages("vggstream.image", "vggstream.video")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco..")
        .check(CLASSES);
    ArchRuleDefinition.noClasses()
        .that()
        .resideInAPackage("vggstream.video")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco.opencv..")
        .check(CLASSES);
  }

  /** The job, training and SQL have image, and not FFmpeg's native library. */
  @Test
  void onlyVideoTouchesFfmpeg() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideOutsideOfPackage("vggstream.video")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco.ffmpeg..")
        .check(CLASSES);
  }
}
