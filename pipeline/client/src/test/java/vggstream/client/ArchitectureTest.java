package vggstream.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/**
 * The borders of this module: the records, image headers, Kafka's clients; no Flink, no natives.
 */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("vggstream.client");

  @Test
  void clientImportsOnlyWhatTheDesignAllows() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "vggstream.client",
            "vggstream.avro",
            "vggstream.schema",
            "vggstream.image",
            "vggstream.video",
            "org.apache.avro..",
            "org.apache.kafka.clients..",
            "org.apache.kafka.common..",
            "com.fasterxml.jackson..",
            "picocli..",
            "me.tongfei.progressbar..",
            "org.jspecify.annotations..")
        .check(CLASSES);
  }

  @Test
  void onlyTheCommandsKnowTheTerminal() {
    noClasses()
        .that()
        .haveNameNotMatching(
            ".*(Command|SendReport|KafkaOptions|VideoOptions|VggClient|Durations)(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..", "me.tongfei.progressbar..")
        .check(CLASSES);
  }
}
