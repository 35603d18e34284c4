package vggstream.train.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads TensorBoard's event files back, in a way of its own: checksums are computed bit by bit. */
public record EventFileContent(String version, List<Scalar> scalars) {
  private static final int CASTAGNOLI = 0x82f63b78; // reversed

  /** A value of a step. */
  public record Scalar(long step, String tag, float value) {}

  /** The content of a run's one event file. */
  public static EventFileContent ofRun(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      List<Path> found =
          files.filter(f -> f.getFileName().toString().contains("tfevents")).toList();
      assertEquals(1, found.size(), found::toString);
      return read(found.get(0));
    }
  }

  static EventFileContent read(Path file) throws IOException {
    String version = "";
    List<Scalar> scalars = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      while (true) {
        byte[] length = in.readNBytes(8);
        if (length.length == 0) {
          return new EventFileContent(version, scalars);
        }
        assertEquals(masked(length), littleEndian(in), "checksum of the length");
        byte[] event = in.readNBytes(length[0] & 0xff | (length[1] & 0xff) << 8);
        assertEquals(masked(event), littleEndian(in), "checksum of the event");
        version += event(event, scalars);
      }
    }
  }

  private static String event(byte[] bytes, List<Scalar> scalars) throws IOException {
    long step = 0;
    String version = "";
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> {
          double age = System.currentTimeMillis() / 1e3 - in.readDouble();
          assertEquals(0, age, 3600, "wall time in seconds");
        }
        case 2 -> step = in.readInt64();
        case 3 -> version = in.readString();
        case 5 -> {
          CodedInputStream summary = in.readBytes().newCodedInput();
          while (summary.readTag() != 0) {
            CodedInputStream value = summary.readBytes().newCodedInput();
            value.readTag();
            String name = value.readString();
            value.readTag();
            scalars.add(new Scalar(step, name, value.readFloat()));
          }
        }
        default -> throw new IOException("unknown field " + tag);
      }
    }
    return version;
  }

  private static int masked(byte[] bytes) {
    int crc = -1;
    for (byte b : bytes) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 1 ? crc >>> 1 ^ CASTAGNOLI : crc >>> 1;
      }
    }
    crc = ~crc;
    return (crc >>> 15 | crc << 17) + 0xa282ead8;
  }

  private static int littleEndian(DataInputStream in) throws EOFException, IOException {
    return Integer.reverseBytes(in.readInt());
  }
}
