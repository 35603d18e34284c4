package vggstream.schema;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The border of this module: Avro's generated classes and nothing else. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("vggstream");

  @Test
  void everyClassIsGeneratedFromASchema() {
    classes()
        .that()
        .areTopLevelClasses()
        .should()
        .beAnnotatedWith("org.apache.avro.specific.AvroGenerated")
        .check(CLASSES);
  }

  @Test
  void recordsNeedNothingButAvro() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.apache.avro..", "vggstream.schema")
        .check(CLASSES);
  }
}
