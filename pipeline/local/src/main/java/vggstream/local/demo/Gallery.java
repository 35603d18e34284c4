package vggstream.local.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import vggstream.schema.Prediction;
import vggstream.schema.RankedLabel;

/** The annotated frames as files, and a page that shows them and needs no other file. */
final class Gallery {
  private static final String PAGE = "/vggstream/local/demo/index.html";
  private static final String DATA = "/*DATA*/null";

  private Gallery() {}

  /**
   * Writes {@code <camera>/<number>.jpg} and {@code index.html}; frames of an earlier demo are
   * deleted.
   *
   * @return the page
   */
  static Path write(List<Sighting> sightings, Path directory) throws IOException {
    Files.createDirectories(directory);
    StringWriter data = new StringWriter(sightings.size() * (20 << 10));
    try (JsonGenerator json = new JsonFactory().createGenerator(data)) {
      json.writeStartArray();
      String camera = "";
      for (Sighting sighting : sightings) {
        Path folder = directory.resolve(sighting.camera());
        if (!camera.equals(sighting.camera())) {
          camera = sighting.camera();
          clear(folder);
        }
        byte[] annotated = Annotator.annotate(sighting);
        Files.write(folder.resolve("%04d.jpg".formatted(sighting.number())), annotated);
        write(sighting, annotated, json);
      }
      json.writeEndArray();
    }
    String page = page().replace(DATA, data.toString().replace("</", "<\\/"));
    Path index = directory.resolve("index.html");
    Path part = directory.resolve("index.html.part");
    Files.writeString(part, page);
    return Files.move(
        part, index, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void clear(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> old = Files.list(folder)) {
      for (Path file : old.filter(f -> f.toString().endsWith(".jpg")).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void write(Sighting sighting, byte[] annotated, JsonGenerator json)
      throws IOException {
    Prediction prediction = sighting.prediction();
    json.writeStartObject();
    json.writeStringField("camera", sighting.camera());
    json.writeNumberField("frame", sighting.number());
    json.writeStringField("truth", sighting.truth().label());
    json.writeBooleanField("right", sighting.right());
    json.writeBooleanField("located", sighting.located());
    json.writeNumberField("iou", Math.round(1000 * sighting.iou()) / 1000.0);
    json.writeNumberField("latency", sighting.latencyMillis());
    json.writeNumberField("batch", prediction.getTimings().getBatchSize());
    json.writeStringField(
        "model", prediction.getModel().getName() + " " + prediction.getModel().getVersion());
    json.writeArrayFieldStart("top");
    for (RankedLabel label : prediction.getPredictions()) {
      json.writeStartArray();
      json.writeString(label.getLabel());
      json.writeNumber(label.getProbability());
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeStringField(
        "image", "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(annotated));
    json.writeEndObject();
  }

  private static String page() throws IOException {
    try (InputStream page = Gallery.class.getResourceAsStream(PAGE)) {
      if (page == null) {
        throw new IllegalStateException("the jar lacks " + PAGE);
      }
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
