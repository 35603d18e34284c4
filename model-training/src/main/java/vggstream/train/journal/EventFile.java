package vggstream.train.journal;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A run's scalars as TensorBoard reads them: one file {@code events.out.tfevents.<seconds>} of
 * framed {@code Event} messages (tensorflow/core/util/event.proto, framework/summary.proto). A run
 * that goes on adds to its file, after what lies beyond the checkpoint was cut off, so that no step
 * stands twice.
 */
public final class EventFile implements AutoCloseable {
  private static final String PREFIX = "events.out.tfevents.";
  private static final String VERSION = "brain.Event:2";

  // fields of Event
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  // of Summary, and of its Value
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;

  private final FileChannel channel;

  private EventFile(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Opens the event file of a run, or begins one.
   *
   * @param iteration that the run begins or goes on after; events of later steps are cut
   */
  public static EventFile open(Path run, long iteration) throws IOException {
    Path file = find(run);
    if (file == null) {
      file = run.resolve(PREFIX + System.currentTimeMillis() / 1000 + ".vgg-train");
    } else {
      cut(file, iteration);
    }
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    try {
      if (channel.size() == 0) {
        write(channel, event(0, FILE_VERSION, VERSION.getBytes(StandardCharsets.UTF_8)));
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return new EventFile(channel);
  }

  private static @Nullable Path find(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).startsWith(PREFIX))
          .max(Comparator.naturalOrder())
          .orElse(null);
    }
  }

  private static void cut(Path file, long iteration) throws IOException {
    List<byte[]> records;
    try (FileChannel all = FileChannel.open(file, StandardOpenOption.READ)) {
      records = RecordFile.read(all);
    }
    Path unfinished = file.resolveSibling(".unfinished-events");
    try (FileChannel kept =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (byte[] record : records) {
        if (step(record) <= iteration) {
          write(kept, record);
        }
      }
      kept.force(true);
    }
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Adds values of a step, by their tags. */
  public void add(long step, Map<String, Double> values) throws IOException {
    ByteArrayOutputStream summary = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(summary);
    for (Map.Entry<String, Double> value : values.entrySet()) {
      ByteArrayOutputStream one = new ByteArrayOutputStream();
      CodedOutputStream fields = CodedOutputStream.newInstance(one);
      fields.writeString(TAG, value.getKey());
      fields.writeFloat(SIMPLE_VALUE, value.getValue().floatValue());
      fields.flush();
      out.writeByteArray(VALUE, one.toByteArray());
    }
    out.flush();
    write(channel, event(step, SUMMARY, summary.toByteArray()));
  }

  private static byte[] event(long step, int field, byte[] content) throws IOException {
    ByteArrayOutputStream event = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(event);
    out.writeDouble(WALL_TIME, System.currentTimeMillis() / 1e3);
    out.writeInt64(STEP, step);
    out.writeByteArray(field, content);
    out.flush();
    return event.toByteArray();
  }

  private static long step(byte[] event) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(event);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == STEP) {
        return in.readInt64();
      }
      in.skipField(tag);
    }
    return 0; // proto3 leaves out what is zero
  }

  private static void write(FileChannel channel, byte[] event) throws IOException {
    ByteBuffer frame = RecordFile.frame(event);
    while (frame.hasRemaining()) {
      channel.write(frame);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
