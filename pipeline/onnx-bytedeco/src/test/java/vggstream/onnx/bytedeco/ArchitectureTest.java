package vggstream.onnx.bytedeco;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
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
          .importPackages("vggstream.onnx.bytedeco");

  @Test
  void importsTensorAndModelAndNothingElseOfTheProject() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "vggstream.image..", "vggstream.classify..", "vggstream.train..", "ai.onnxruntime..")
        .check(CLASSES);
  }

  @Test
  void oneClassTouchesTheNativeLibrary() {
    noClasses()
        .that(not(belongToAnyOf(BytedecoSession.class)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco..")
        .check(CLASSES);
  }

  @Test
  void onlyTheRuntimeIsPublic() {
    classes().that().arePublic().should().haveSimpleName("BytedecoRuntime").check(CLASSES);
  }
}
