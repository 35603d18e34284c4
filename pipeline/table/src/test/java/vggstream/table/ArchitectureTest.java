package vggstream.table;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The borders of this module: Flink's tables, vision, the job's batcher and its options. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("vggstream.table");

  @Test
  void onlyWhatGoesIntoTheJarIsUsed() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "org.slf4j..",
            "org.jspecify.annotations..",
            "org.apache.flink.configuration..",
            "org.apache.flink.metrics..",
            "org.apache.flink.table..",
            "org.apache.flink.types..",
            "org.apache.flink.util..",
            "vggstream.classify",
            "vggstream.image",
            "vggstream.localise",
            "vggstream.model",
            "vggstream.job.batch",
            "vggstream.job.config",
            "vggstream.table..")
        .check(CLASSES);
  }

  @Test
  void functionsKnowNoBatcher() {
    noClasses()
        .that()
        .resideInAPackage("vggstream.table.function")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("vggstream.job..", "vggstream.table")
        .check(CLASSES);
  }

  @Test
  void theProviderKnowsNoFunctions() {
    noClasses()
        .that()
        .resideInAPackage("vggstream.table")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("vggstream.table.function")
        .check(CLASSES);
  }
}
