package vggstream.job;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The borders of this module's packages. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("vggstream.job");

  @Test
  void packagesHaveNoCycles() {
    slices().matching("vggstream.job.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void configCodecAndBatchKnowNoFlinkAndNoKafka() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "vggstream.job.config",
            "vggstream.job.codec",
            "vggstream.job.batch",
            "vggstream.job.metric")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.flink..", "org.apache.kafka..")
        .check(CLASSES);
  }

  @Test
  void onlyKafkaTouchesKafka() {
    noClasses()
        .that()
        .resideOutsideOfPackage("vggstream.job.kafka")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "org.apache.flink.connector.kafka..")
        .check(CLASSES);
  }

  @Test
  void fileSystemsAreAskedForWhatLiesElsewhereOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages("vggstream.job.fetch", "vggstream.job.release")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.flink.core.fs..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage("vggstream.job.fetch", "vggstream.job.release")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.flink.streaming..", "org.apache.flink.api..")
        .check(CLASSES);
  }

  @Test
  void onlyConfigAndMainReadCommandLines() {
    noClasses()
        .that()
        .resideOutsideOfPackages("vggstream.job.config", "vggstream.job")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..", "com.fasterxml..")
        .check(CLASSES);
  }

  @Test
  void batchKnowsNoSchema() {
    noClasses()
        .that()
        .resideInAnyPackage("vggstream.job.batch", "vggstream.job.config")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("vggstream.schema..", "vggstream.job.codec..")
        .check(CLASSES);
  }

  @Test
  void nativesStayBehindTheirPorts() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.bytedeco..", "ai.onnxruntime..", "vggstream.onnx..")
        .check(CLASSES);
  }
}
