package vggstream.train.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** The class that a PASCAL VOC annotation gives an image: that of its first object. */
final class AnnotatedClass {
  private static final XMLInputFactory XML = XMLInputFactory.newFactory();

  static {
    XML.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    XML.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
  }

  private AnnotatedClass() {}

  /**
   * Reads the class index.
   *
   * @param classes indices by name
   * @throws DataException with path and line, if it names no class or another one
   */
  static int read(Path file, Map<String, Integer> classes) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      XMLStreamReader reader = XML.createXMLStreamReader(in);
      try {
        return read(reader, file, classes);
      } finally {
        reader.close();
      }
    } catch (XMLStreamException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNumber());
      throw IlsvrcClsLoc.problem(file, line, "must be an annotation in XML: " + summary(e));
    }
  }

  private static int read(XMLStreamReader reader, Path file, Map<String, Integer> classes)
      throws XMLStreamException, DataException {
    boolean inObject = false;
    while (reader.hasNext()) {
      if (reader.next() != XMLStreamReader.START_ELEMENT) {
        continue;
      }
      String element = reader.getLocalName();
      if (element.equals("object")) {
        inObject = true;
      } else if (inObject && element.equals("name")) {
        int line = reader.getLocation().getLineNumber();
        String name = reader.getElementText().strip();
        Integer classIndex = classes.get(name);
        if (classIndex == null) {
          throw IlsvrcClsLoc.problem(
              file,
              line,
              "must name one of the %d classes: names %s".formatted(classes.size(), name));
        }
        return classIndex;
      }
    }
    throw new DataException(file + ": must name the class of an object: names none");
  }

  private static String summary(XMLStreamException e) {
    return String.valueOf(e.getMessage()).lines().reduce((a, b) -> b).orElse("");
  }
}
