package vggstream.job.codec;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import vggstream.classify.RankedClass;
import vggstream.image.Size;
import vggstream.job.batch.Outcome;
import vggstream.job.batch.Timings;
import vggstream.localise.Box;
import vggstream.localise.LocatedClass;

/**
 * Writes a {@link vggstream.schema.Prediction} field by field, as its schema orders them. The
 * generated class, which the library asks for each field by its index, takes several times as long;
 * a test reads with it what is written here.
 */
final class PredictionEncoder {
  private static final int EXPECTED_BYTES = 1 << 10;

  private PredictionEncoder() {}

  /**
   * Encodes.
   *
   * @param predictedAtMillis since 1970, UTC
   */
  static byte[] encode(
      ImageRequest request,
      ModelStamp model,
      Outcome.Classified classified,
      List<RankedClass> ranked,
      long predictedAtMillis) {
    Size original = classified.originalSize();
    Timings timings = classified.timings();
    SourceRecord origin = request.record();
    AvroOutput out = new AvroOutput(EXPECTED_BYTES);
    out.text(request.eventId()).text(request.source());
    out.number(request.capturedAtMillis()).number(predictedAtMillis);
    out.text(model.name()).text(model.version()).text(model.sha256()).text(model.role().name());
    out.number(original.width()).number(original.height()).text(classified.format().name());
    out.array(model.scales(), scale -> out.number(scale)).truth(model.flip()).text("NONE");
    out.array(ranked, one -> ranked(one, out));
    out.array(classified.boxes(), one -> box(one, model, original, out));
    out.number(timings.decodeMicros()).number(timings.queueMicros());
    out.number(timings.inferenceMicros()).number(timings.batchSize());
    out.text(origin.topic()).number(origin.partition()).number(origin.offset());
    return out.map(attributes(request, model)).toByteArray();
  }

  private static void ranked(RankedClass one, AvroOutput out) {
    out.number(one.rank()).number(one.classIndex()).text(one.label()).real(one.probability());
  }

  private static void box(LocatedClass one, ModelStamp model, Size image, AvroOutput out) {
    out.number(one.classIndex()).text(model.labels().get(one.classIndex()));
    out.real((float) one.score());
    edges(one.box(), out);
    edges(one.normalised(image), out);
  }

  private static void edges(Box box, AvroOutput out) {
    out.real((float) box.xMin()).real((float) box.yMin());
    out.real((float) box.xMax()).real((float) box.yMax());
  }

  private static Map<String, String> attributes(ImageRequest request, ModelStamp model) {
    if (model.attributes().isEmpty()) {
      return request.attributes();
    }
    Map<String, String> all = new HashMap<>(request.attributes());
    all.putAll(model.attributes());
    return all;
  }
}
