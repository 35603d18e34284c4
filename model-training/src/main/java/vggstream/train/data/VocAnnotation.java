package vggstream.train.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import vggstream.image.Size;
import vggstream.train.data.AnnotationProblems.Reason;

/**
 * Reads annotations in PASCAL VOC's XML, which is ILSVRC's too. External entities and document type
 * definitions are not read; the parts of an object are not objects.
 */
final class VocAnnotation {
  /** Largest file that is read, bytes; those of ILSVRC and VOC are below 30,000. */
  private static final long MAX_BYTES = 16 << 20;

  private static final XMLInputFactory XML = XMLInputFactory.newFactory();

  static {
    XML.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    XML.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    XML.setProperty(XMLInputFactory.IS_COALESCING, true);
  }

  private final XMLStreamReader reader;
  private final Deque<String> path = new ArrayDeque<>(); // elements that are open, below the root
  private final Map<String, String> values = new HashMap<>(); // of the object that is open
  private final List<Annotation.Item> objects = new ArrayList<>();
  private int line;
  private String fileName = "";
  private double width;
  private double height;

  private VocAnnotation(XMLStreamReader reader) {
    this.reader = reader;
  }

  /**
   * Reads a file.
   *
   * @throws DataException with path and line, if it is no XML
   */
  static Annotation read(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MAX_BYTES) {
      throw new DataException(
          "%s: must have at most %d bytes: has %d".formatted(file, MAX_BYTES, size));
    }
    try (InputStream in = Files.newInputStream(file)) {
      XMLStreamReader reader;
      synchronized (XML) { // factories are not thread-safe
        reader = XML.createXMLStreamReader(in);
      }
      try {
        return new VocAnnotation(reader).read();
      } finally {
        reader.close();
      }
    } catch (XMLStreamException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNumber());
      throw IlsvrcClsLoc.problem(file, line, "must be an annotation in XML: " + summary(e));
    }
  }

  /**
   * The class of an image: that of its first object.
   *
   * @param classes indices by name
   * @throws DataException with path and line, if it names no class or another one
   */
  static int classOf(Path file, Map<String, Integer> classes) throws IOException {
    return classOf(read(file), file, classes);
  }

  private static int classOf(Annotation annotation, Path file, Map<String, Integer> classes)
      throws DataException {
    for (Annotation.Item object : annotation.objects()) {
      if (!object.name().isEmpty()) {
        Integer classIndex = classes.get(object.name());
        if (classIndex == null) {
          throw IlsvrcClsLoc.problem(
              file,
              object.line(),
              "must name one of the %d classes: names %s".formatted(classes.size(), object.name()));
        }
        return classIndex;
      }
    }
    throw new DataException(file + ": must name the class of an object: names none");
  }

  /**
   * The classes of images, by stem, of those whose annotation is there.
   *
   * @param folder of the files {@code <stem>.xml}
   * @param leftOut counts annotations that are missing or do not tell the class; null to pass over
   *     the missing ones, and to refuse the others
   * @throws DataException as {@link #classOf}, if they are refused
   */
  static Map<String, Integer> classesOf(
      Path folder,
      Collection<String> stems,
      Map<String, Integer> classes,
      @Nullable AnnotationProblems leftOut)
      throws IOException {
    Map<String, Integer> truths = new HashMap<>();
    for (String stem : ImageFolder.sorted(stems)) {
      Path file = folder.resolve(stem + ".xml");
      if (Files.isRegularFile(file)) {
        Reason reason = Reason.NOT_READABLE;
        try {
          Annotation annotation = read(file);
          reason = Reason.NO_CLASS;
          truths.put(stem, classOf(annotation, file, classes));
        } catch (IOException e) {
          if (leftOut == null) {
            throw e;
          }
          leftOut.report(reason, String.valueOf(e.getMessage()));
        }
      } else if (leftOut != null) {
        leftOut.report(Reason.NO_ANNOTATION, file.toString());
      }
    }
    return truths;
  }

  private Annotation read() throws XMLStreamException {
    boolean inRoot = false;
    while (reader.hasNext()) {
      int event = reader.next();
      if (event == XMLStreamReader.START_ELEMENT) {
        if (inRoot) {
          begin(reader.getLocalName());
        }
        inRoot = true;
      } else if (event == XMLStreamReader.END_ELEMENT && !path.isEmpty()) {
        if (path.removeLast().equals("object") && path.isEmpty()) {
          endObject();
        }
      }
    }
    return new Annotation(fileName, size(), objects);
  }

  private void begin(String element) throws XMLStreamException {
    path.addLast(element);
    String at = String.join("/", path);
    switch (at) {
      case "object" -> {
        values.clear();
        line = reader.getLocation().getLineNumber();
      }
      case "filename" -> fileName = text();
      case "size/width" -> width = Annotation.edge(text());
      case "size/height" -> height = Annotation.edge(text());
      case "object/name" -> {
        line = reader.getLocation().getLineNumber();
        values.putIfAbsent(at, text());
      }
      case "object/bndbox/xmin", "object/bndbox/ymin", "object/bndbox/xmax", "object/bndbox/ymax" ->
          values.putIfAbsent(at, text());
      default -> {} // nothing that matters here
    }
  }

  /** The text of the element that was begun, which it ends. */
  private String text() throws XMLStreamException {
    String text = reader.getElementText().strip();
    path.removeLast();
    return text;
  }

  private void endObject() {
    objects.add(
        new Annotation.Item(
            values.getOrDefault("object/name", ""),
            line,
            Annotation.edge(values.get("object/bndbox/xmin")),
            Annotation.edge(values.get("object/bndbox/ymin")),
            Annotation.edge(values.get("object/bndbox/xmax")),
            Annotation.edge(values.get("object/bndbox/ymax"))));
  }

  private @Nullable Size size() {
    return width >= 1 && height >= 1 ? new Size((int) width, (int) height) : null;
  }

  private static String summary(XMLStreamException e) {
    return String.valueOf(e.getMessage()).lines().reduce((a, b) -> b).orElse("");
  }
}
