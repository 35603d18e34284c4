package vggstream.train.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The epochs of a run, {@code history.csv}: a line each. */
public final class History {
  private final Path file;

  public History(Path file) {
    this.file = file;
  }

  /**
   * The epochs, the first one first; none if there is no file.
   *
   * @throws IOException if a line is not one of a history, with its number
   */
  public List<EpochReport> read() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<String> lines = Files.readAllLines(file);
    List<EpochReport> epochs = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      try {
        epochs.add(EpochReport.fromCsv(lines.get(0), lines.get(i)));
      } catch (IllegalArgumentException e) {
        throw new IOException("%s, line %d: %s".formatted(file, i + 1, e.getMessage()), e);
      }
    }
    return epochs;
  }

  /** Adds an epoch; those of the same or later steps, from an end that was lost, are cut. */
  public void add(EpochReport report) throws IOException {
    List<EpochReport> epochs = new ArrayList<>(upTo(report.iteration() - 1));
    epochs.add(report);
    write(epochs);
  }

  /** Cuts the epochs of more steps than a run goes on after. */
  public void cut(long iteration) throws IOException {
    List<EpochReport> kept = upTo(iteration);
    if (kept.size() < read().size()) {
      write(kept);
    }
  }

  private List<EpochReport> upTo(long iteration) throws IOException {
    return read().stream().filter(epoch -> epoch.iteration() <= iteration).toList();
  }

  private void write(List<EpochReport> epochs) throws IOException {
    if (epochs.isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    StringBuilder text = new StringBuilder(epochs.get(0).csvHeader()).append('\n');
    epochs.forEach(epoch -> text.append(epoch.toCsv()).append('\n'));
    WholeFile.write(file, text.toString());
  }
}
