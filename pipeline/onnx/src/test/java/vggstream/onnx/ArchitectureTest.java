package vggstream.onnx;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The borders of this module. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("vggstream.onnx");

  @Test
  void importsTensorAndModelAndNothingElseOfTheProject() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "vggstream.image..", "vggstream.classify..", "vggstream.train..", "org.bytedeco..")
        .check(CLASSES);
  }

  @Test
  void oneClassTouchesTheNativeLibrary() {
    noClasses()
        .that()
        .doNotHaveSimpleName("OnnxSession")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.onnxruntime..")
        .check(CLASSES);
  }

  @Test
  void onlyTheRuntimeIsPublic() {
    classes().that().arePublic().should().haveSimpleName("OnnxRuntime").check(CLASSES);
  }
}
