package vggstream.train.report;

import java.util.List;

/** A page with nothing outside of itself. */
final class Html {
  private static final String STYLE =
      """
      body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 1080px; margin: 2em auto; padding: 0 1em; }
      h1 { font-size: 1.6em; } h2 { font-size: 1.25em; margin-top: 2em; border-bottom: 1px solid #ccc; }
      h3 { font-size: 1em; margin: 1.6em 0 .4em; }
      .wide { overflow-x: auto; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
      th, td { padding: .25em .8em; text-align: left; border-bottom: 1px solid #ddd; }
      th { border-bottom: 2px solid #888; font-weight: 600; white-space: nowrap; }
      p.note { color: #666; font-size: .9em; margin: .3em 0; }
      code { font: .9em ui-monospace, monospace; }
      figure { display: inline-block; margin: .5em 1em .5em 0; max-width: 100%; } svg { max-width: 100%; height: auto; }
      """;

  private final StringBuilder body = new StringBuilder();
  private final String title;

  Html(String title) {
    this.title = title;
    body.append("<h1>").append(escape(title)).append("</h1>\n");
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  void heading(String text) {
    body.append("<h2>").append(escape(text)).append("</h2>\n");
  }

  void paragraph(String text) {
    body.append("<p>").append(escape(text)).append("</p>\n");
  }

  void list(List<String> items) {
    body.append("<ul>\n");
    items.forEach(item -> body.append("<li>").append(escape(item)).append("</li>\n"));
    body.append("</ul>\n");
  }

  void table(Table table) {
    body.append("<h3>").append(escape(table.title())).append("</h3>\n");
    body.append("<div class=\"wide\"><table>\n");
    row(table.columns(), "th");
    table.rows().forEach(cells -> row(cells, "td"));
    body.append("</table></div>\n");
    if (!table.note().isEmpty()) {
      body.append("<p class=\"note\">").append(escape(table.note())).append("</p>\n");
    }
  }

  private void row(List<String> cells, String tag) {
    body.append("<tr>");
    for (String cell : cells) {
      body.append('<').append(tag).append('>').append(escape(cell));
      body.append("</").append(tag).append('>');
    }
    body.append("</tr>\n");
  }

  void figure(String svg) {
    body.append("<figure>\n").append(svg).append("</figure>\n");
  }

  String page() {
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width\">\n<title>"
        + escape(title)
        + "</title>\n<style>\n"
        + STYLE
        + "</style>\n</head>\n<body>\n"
        + body
        + "</body>\n</html>\n";
  }
}
