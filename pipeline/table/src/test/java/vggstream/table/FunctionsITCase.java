package vggstream.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import vggstream.image.ImageEncoder;
import vggstream.image.Size;

/** The functions in statements. */
@Timeout(120)
class FunctionsITCase {
  /** Types of the tables over Avro records: nothing in them is NULL. */
  private static final String RANKED =
      "ARRAY<ROW<`rank` INT NOT NULL, classIndex INT NOT NULL, label STRING NOT NULL,"
          + " probability FLOAT NOT NULL> NOT NULL>";

  @Test
  void theModulesFunctionsWorkOnImagesAndOnColumnsThatAreNeverNull() throws Exception {
    List<byte[]> images = new ArrayList<>();
    images.add(ImageEncoder.png(ByteBuffer.wrap(new byte[64 * 40 * 3]), new Size(64, 40)));
    images.add(null);
    images.add(new byte[] {1, 2, 3});
    SqlSession sql = new SqlSession(1, images);
    sql.tables.executeSql("LOAD MODULE vggstream");
    TreeMap<Integer, Row> rows =
        sql.query(
            """
            SELECT id, IMAGE_INFO(image), IMAGE_INFO(IMAGE_RESIZE(image, 20)).width,
              TOP_LABEL(CAST(ARRAY[ROW(1, 7, 'owl', 0.9), ROW(2, 3, 'tick', 0.1)] AS %s)),
              TOP_LABEL(CAST(NULL AS %s)),
              BOX_IOU(0, 0, 2, 2, CAST(1 AS FLOAT), 0, 3, 2)
            FROM images
            """
                .formatted(RANKED, RANKED));
    assertEquals(Row.of(64, 40, "PNG"), rows.get(0).getField(0));
    assertEquals(32, rows.get(0).getField(1));
    for (int i = 0; i < 3; i++) {
      assertEquals("owl", rows.get(i).getField(2));
      assertNull(rows.get(i).getField(3));
      assertNotNull(rows.get(i).getField(4));
      assertEquals(1 / 3.0, (Double) rows.get(i).getField(4), 1e-12);
    }
    for (int i = 1; i < 3; i++) {
      assertNull(rows.get(i).getField(0));
      assertNull(rows.get(i).getField(1));
    }
  }

  @Test
  void boxesOfAnArrayAreComparedWhole() throws Exception {
    SqlSession sql = new SqlSession(1, List.of(new byte[1]));
    sql.tables.executeSql("CREATE TEMPORARY FUNCTION OVERLAP AS 'vggstream.table.function.BoxIou'");
    String boxes = SqlSession.BOXES.substring("boxes ".length()).replace("FLOAT", "FLOAT NOT NULL");
    TreeMap<Integer, Row> rows =
        sql.query(
            """
            SELECT id, OVERLAP(boxes[1], boxes[2]), OVERLAP(boxes[1], boxes[3])
            FROM (
              SELECT id, CAST(ARRAY[
                ROW(0, 'a', 1.0, 0.0, 0.0, 2.0, 2.0, 0.0, 0.0, 0.5, 1.0),
                ROW(1, 'b', 1.0, 1.0, 0.0, 3.0, 2.0, 0.25, 0.0, 0.75, 1.0)] AS %s) AS boxes
              FROM images)
            """
                .formatted(boxes));
    assertEquals(1 / 3.0, (Double) rows.get(0).getField(0), 1e-12);
    assertNull(rows.get(0).getField(1));
  }
}
