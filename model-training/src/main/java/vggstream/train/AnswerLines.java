package vggstream.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import vggstream.train.data.DataException;

/** A file with a JSON object a line, read a line at a time. */
final class AnswerLines {
  private static final ObjectMapper JSON = new JsonMapper();

  private AnswerLines() {}

  /** Takes the answers. */
  interface Receiver {
    /** Takes one, and the number of its line from 1. */
    void accept(JsonNode answer, int line);
  }

  /**
   * Reads them.
   *
   * @throws DataException with path and line, if one is no answer
   */
  static void forEach(Path file, Receiver receiver) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        try {
          receiver.accept(JSON.readTree(line), number);
        } catch (JsonProcessingException e) {
          throw problem(file, number, "must be JSON: " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
          throw problem(file, number, "must be an answer: " + e.getMessage());
        }
      }
    }
  }

  private static DataException problem(Path file, int line, String what) {
    return new DataException("%s: line %d: %s".formatted(file, line, what));
  }
}
