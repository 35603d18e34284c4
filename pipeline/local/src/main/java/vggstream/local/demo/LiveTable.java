package vggstream.local.demo;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import vggstream.schema.RankedLabel;

/**
 * What each camera sees now: a table that is drawn over itself on a terminal, plain lines
 * elsewhere.
 */
final class LiveTable {
  private static final int BAR = 24;
  private static final long LINE_NANOS = 1_000_000_000L;

  private final PrintWriter out;
  private final boolean terminal;
  private final Map<String, Row> rows = new LinkedHashMap<>();
  private boolean drawn;
  private boolean changed;
  private long lastLines;

  private static final class Row {
    private @Nullable Sighting last;
    private int frames;
    private int right;
    private int located;
  }

  LiveTable(PrintWriter out, boolean terminal, List<String> cameras) {
    this.out = out;
    this.terminal = terminal;
    cameras.forEach(camera -> rows.put(camera, new Row()));
  }

  void add(Sighting sighting) {
    changed = true;
    Row row = rows.computeIfAbsent(sighting.camera(), c -> new Row());
    row.frames++;
    row.right += sighting.right() ? 1 : 0;
    row.located += sighting.located() ? 1 : 0;
    if (row.last == null || row.last.number() < sighting.number()) {
      row.last = sighting;
    }
  }

  /**
   * Draws what was added; on plain output at most once a second, unless it is the last time;
   * nothing twice.
   */
  void draw(boolean last) {
    long now = System.nanoTime();
    if (!terminal && drawn && (!changed || (!last && now - lastLines < LINE_NANOS))) {
      return;
    }
    lastLines = now;
    changed = false;
    if (terminal && drawn) {
      out.printf("\u001b[%dA", rows.size()); // up, to draw over the rows
    } else if (!drawn) {
      out.println(
          "camera   frame  sees      probability                       right  located   iou"
              + "  latency");
    }
    drawn = true;
    rows.forEach(
        (camera, row) -> {
          out.print(line(camera, row));
          out.print(terminal ? "\u001b[K\n" : "\n"); // and clear what was there
        });
    out.flush();
  }

  private static String line(String camera, Row row) {
    Sighting sighting = row.last;
    if (sighting == null) {
      return "%-8s %5s  %-8s".formatted(camera, "-", "nothing yet");
    }
    RankedLabel best = sighting.best();
    int filled = Math.round(best.getProbability() * BAR);
    return String.format(
        Locale.ROOT,
        "%-8s %5d  %-8s  %s%s %5.1f %%  %3d/%-3d %3d/%-3d  %.2f %5d ms",
        camera,
        sighting.number(),
        best.getLabel(),
        "#".repeat(filled),
        ".".repeat(BAR - filled),
        100 * best.getProbability(),
        row.right,
        row.frames,
        row.located,
        row.frames,
        sighting.iou(),
        sighting.latencyMillis());
  }
}
