package vggstream.table;

import java.util.List;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import vggstream.classify.RankedClass;
import vggstream.classify.TopK;
import vggstream.image.Size;
import vggstream.job.batch.Outcome;
import vggstream.localise.Box;
import vggstream.localise.LocatedClass;

/** Writes answers as rows of a model's OUTPUT. Thread-safe. */
final class AnswerRows {
  private final ModelSettings settings;
  private final List<String> labels;
  private final StringData[] labelData; // by class index

  AnswerRows(ModelSettings settings, List<String> labels) {
    this.settings = settings;
    this.labels = labels;
    this.labelData = labels.stream().map(StringData::fromString).toArray(StringData[]::new);
  }

  /** Of no image. */
  RowData nulls() {
    return new GenericRowData(settings.columns().size());
  }

  /** Of an image that cannot be answered. */
  RowData rejected(String reason, String stage, String message) {
    GenericRowData row = new GenericRowData(settings.columns().size());
    for (int c = 0; c < row.getArity(); c++) {
      switch (settings.columns().get(c)) {
        case REASON -> row.setField(c, StringData.fromString(reason));
        case STAGE -> row.setField(c, StringData.fromString(stage));
        case MESSAGE -> row.setField(c, StringData.fromString(message));
        case PREDICTIONS, BOXES, EMBEDDING -> {
          // NULL: there is none
        }
      }
    }
    return row;
  }

  /** Of an image that was classified. */
  RowData classified(Outcome.Classified classified) {
    GenericRowData row = new GenericRowData(settings.columns().size());
    for (int c = 0; c < row.getArity(); c++) {
      switch (settings.columns().get(c)) {
        case PREDICTIONS -> row.setField(c, predictions(classified));
        case BOXES -> row.setField(c, boxes(classified));
        case EMBEDDING, REASON, STAGE, MESSAGE -> {
          // NULL: nothing to say
        }
      }
    }
    return row;
  }

  /** Of an image whose features were asked for. */
  RowData embedded(Outcome.Embedded embedded) {
    GenericRowData row = new GenericRowData(settings.columns().size());
    for (int c = 0; c < row.getArity(); c++) {
      if (settings.columns().get(c) == OutputColumn.EMBEDDING) {
        row.setField(c, new GenericArrayData(embedded.features()));
      }
    }
    return row;
  }

  private ArrayData predictions(Outcome.Classified classified) {
    List<RankedClass> ranked =
        TopK.of(classified.posterior(), labels, settings.classifier().topK());
    Object[] rows = new Object[ranked.size()];
    for (int r = 0; r < rows.length; r++) {
      RankedClass one = ranked.get(r);
      rows[r] =
          GenericRowData.of(
              one.rank(), one.classIndex(), labelData[one.classIndex()], one.probability());
    }
    return new GenericArrayData(rows);
  }

  private ArrayData boxes(Outcome.Classified classified) {
    return new GenericArrayData(
        classified.boxes().stream()
            .map(located -> box(located, classified.originalSize()))
            .toArray());
  }

  private RowData box(LocatedClass located, Size image) {
    Box pixels = located.box();
    Box fractions = located.normalised(image);
    return GenericRowData.of(
        located.classIndex(),
        labelData[located.classIndex()],
        (float) located.score(),
        (float) pixels.xMin(),
        (float) pixels.yMin(),
        (float) pixels.xMax(),
        (float) pixels.yMax(),
        (float) fractions.xMin(),
        (float) fractions.yMin(),
        (float) fractions.xMax(),
        (float) fractions.yMax());
  }
}
