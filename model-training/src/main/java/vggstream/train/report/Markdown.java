package vggstream.train.report;

import java.util.List;

/** The same page as Markdown; curves are files beside it. */
final class Markdown {
  private final StringBuilder text = new StringBuilder();

  Markdown(String title) {
    text.append("# ").append(title).append("\n\n");
  }

  void heading(String heading) {
    text.append("## ").append(heading).append("\n\n");
  }

  void paragraph(String paragraph) {
    text.append(paragraph).append("\n\n");
  }

  void list(List<String> items) {
    items.forEach(item -> text.append("- ").append(item).append('\n'));
    text.append('\n');
  }

  void table(Table table) {
    text.append("### ").append(table.title()).append("\n\n");
    row(table.columns());
    text.append('|').append("---|".repeat(table.columns().size())).append('\n');
    table.rows().forEach(this::row);
    text.append('\n');
    if (!table.note().isEmpty()) {
      text.append(table.note()).append("\n\n");
    }
  }

  private void row(List<String> cells) {
    text.append('|');
    for (String cell : cells) {
      text.append(' ').append(cell.replace("|", "\\|")).append(" |");
    }
    text.append('\n');
  }

  void image(String name, String file) {
    text.append("![").append(name).append("](").append(file).append(")\n\n");
  }

  String page() {
    return text.toString();
  }
}
