package vggstream.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.CatalogModel;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedCatalogModel;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.utils.TypeConversions;
import org.junit.jupiter.api.Test;

class ModelSettingsTest {
  private static final Column IMAGE = Column.physical("image", DataTypes.BYTES());

  private static Column column(OutputColumn column) {
    return Column.physical(
        column.columnName(), TypeConversions.fromLogicalToDataType(column.type()));
  }

  private static ModelSettings settings(
      Map<String, String> options, List<Column> input, List<Column> output) {
    Map<String, String> all = new HashMap<>(options);
    all.put("provider", "vggstream");
    Schema empty = Schema.newBuilder().build();
    return ModelSettings.of(
        "`a`.`b`.`vgg`",
        ResolvedCatalogModel.of(
            CatalogModel.of(empty, empty, all, ""),
            ResolvedSchema.of(input),
            ResolvedSchema.of(output)));
  }

  private static List<String> problems(
      Map<String, String> options, List<Column> input, List<Column> output) {
    String message =
        assertThrows(ValidationException.class, () -> settings(options, input, output))
            .getMessage();
    List<String> lines = message.lines().toList();
    assertEquals(
        "model `a`.`b`.`vgg` has %d problem(s):".formatted(lines.size() - 1), lines.get(0));
    return lines.stream().skip(1).map(String::strip).toList();
  }

  @Test
  void columnsKeepTheDeclaredOrderAndOptionsAreTheJobs() {
    ModelSettings settings =
        settings(
            Map.of("path", "m", "scales", "8,16", "on-error", "row", "batch-size", "64"),
            List.of(IMAGE),
            List.of(column(OutputColumn.REASON), column(OutputColumn.PREDICTIONS)));
    assertEquals(List.of(OutputColumn.REASON, OutputColumn.PREDICTIONS), settings.columns());
    assertEquals(List.of("m"), settings.classifier().modelFiles());
    assertEquals(List.of(8, 16), settings.classifier().scales());
    assertEquals(64, settings.classifier().batchSize());
    assertEquals(Duration.ofMinutes(2), settings.timeout());
    assertFalse(settings.classifier().embedding());
  }

  @Test
  void embeddingIsAskedForByTask() {
    ModelSettings settings =
        settings(
            Map.of("path", "m", "task", "embedding"),
            List.of(IMAGE),
            List.of(column(OutputColumn.EMBEDDING)));
    assertTrue(settings.classifier().embedding());
  }

  @Test
  void everyProblemIsReportedAtOnce() {
    assertEquals(
        List.of(
            "task must be one of classification, embedding: was 'guess'",
            "on-error must be one of null, row: was 'fail'",
            "there is no option model",
            "path must be given",
            "top-k must be an integer within 1..1000: was '0'",
            "INPUT must be one column of BYTES, the encoded image: was image STRING",
            "OUTPUT columns must be of predictions, boxes: was label STRING"),
        problems(
            Map.of("model", "m", "task", "guess", "on-error", "fail", "top-k", "0"),
            List.of(Column.physical("image", DataTypes.STRING())),
            List.of(Column.physical("label", DataTypes.STRING()))));
  }

  @Test
  void columnsOfAnotherTypeOrTaskAreNamedWithWhatIsExpected() {
    DataType other =
        DataTypes.ARRAY(
            DataTypes.ROW(
                DataTypes.FIELD("rank", DataTypes.INT()),
                DataTypes.FIELD("label", DataTypes.STRING())));
    assertEquals(
        List.of(
            "OUTPUT column predictions must be ARRAY<ROW<`rank` INT, `classIndex` INT, `label`"
                + " STRING, `probability` FLOAT>>: was ARRAY<ROW<`rank` INT, `label` STRING>>",
            "OUTPUT column embedding needs task embedding: was classification",
            "OUTPUT column reason needs on-error row: was null"),
        problems(
            Map.of("path", "m"),
            List.of(IMAGE),
            List.of(
                Column.physical("predictions", other),
                column(OutputColumn.EMBEDDING),
                column(OutputColumn.REASON))));
  }

  @Test
  void aColumnThatMayNotBeNullIsRefused() {
    assertEquals(
        List.of(
            "OUTPUT column embedding must be nullable, for images without an answer: was NOT NULL"),
        problems(
            Map.of("path", "m", "task", "embedding"),
            List.of(IMAGE),
            List.of(Column.physical("embedding", DataTypes.ARRAY(DataTypes.FLOAT()).notNull()))));
  }

  @Test
  void elementsThatMayNotBeNullAreTaken() {
    ModelSettings settings =
        settings(
            Map.of("path", "m", "task", "embedding"),
            List.of(IMAGE),
            List.of(Column.physical("embedding", DataTypes.ARRAY(DataTypes.FLOAT().notNull()))));
    assertEquals(List.of(OutputColumn.EMBEDDING), settings.columns());
  }

  @Test
  void rowOnErrorNeedsItsReason() {
    assertEquals(
        List.of("OUTPUT must have a column reason STRING with on-error row: has predictions"),
        problems(
            Map.of("path", "m", "on-error", "row"),
            List.of(IMAGE),
            List.of(column(OutputColumn.PREDICTIONS))));
  }

  @Test
  void whatAnEmbeddingHasNotIsRefused() {
    assertEquals(
        List.of(
            "path must be one file with task embedding: was 'a,b'",
            "localiser must not be given with task embedding: was 'l'",
            "top-k must not be given with task embedding: was '3'",
            "OUTPUT column boxes needs task classification: was embedding"),
        problems(
            Map.of("path", "a,b", "task", "embedding", "localiser", "l", "top-k", "3"),
            List.of(IMAGE),
            List.of(column(OutputColumn.BOXES))));
  }
}
