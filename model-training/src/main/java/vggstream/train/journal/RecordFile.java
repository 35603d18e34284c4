package vggstream.train.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * TensorFlow's TFRecord framing: length (u64), masked CRC-32C of the length, bytes, masked CRC-32C
 * of the bytes; all little-endian (tensorflow/core/lib/io/record_writer.h).
 */
final class RecordFile {
  private static final int HEADER = Long.BYTES + Integer.BYTES;
  private static final int MASK_DELTA = 0xa282ead8;
  private static final int MASK_ROTATION = 15;

  private RecordFile() {}

  /** A record's bytes in their frame. */
  static ByteBuffer frame(byte[] record) {
    ByteBuffer frame =
        ByteBuffer.allocate(HEADER + record.length + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    frame.putLong(record.length);
    frame.putInt(checksum(frame.array(), 0, Long.BYTES));
    frame.put(record);
    frame.putInt(checksum(record, 0, record.length));
    return frame.flip();
  }

  /** The records of a file, up to the first that is cut off or damaged. */
  static List<byte[]> read(FileChannel channel) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(channel.size())).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
      continue;
    }
    bytes.flip();
    List<byte[]> records = new ArrayList<>();
    while (bytes.remaining() >= HEADER) {
      int start = bytes.position();
      long length = bytes.getLong();
      if (bytes.getInt() != checksum(bytes.array(), start, Long.BYTES)
          || length > bytes.remaining() - Integer.BYTES) {
        return records;
      }
      byte[] record = new byte[(int) length];
      bytes.get(record);
      if (bytes.getInt() != checksum(record, 0, record.length)) {
        return records;
      }
      records.add(record);
    }
    return records;
  }

  private static int checksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return Integer.rotateRight((int) crc.getValue(), MASK_ROTATION) + MASK_DELTA;
  }
}
