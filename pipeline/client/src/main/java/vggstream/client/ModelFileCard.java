package vggstream.client;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * What a release says of a model file, read from the file itself: the metadata of an ONNX file
 * ({@code ModelProto.metadata_props}, field 14, in onnx.proto) without the graph, in one pass.
 *
 * @param name in the model's card
 * @param version in the model's card
 * @param sha256 of the whole file, 64 lower-case hexadecimal digits
 */
record ModelFileCard(String name, String version, String sha256) {
  private static final int METADATA = 14;
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  /** Longest entry of the metadata that is read: labels of many classes have some 100 KB. */
  private static final long LONGEST_ENTRY = 16 << 20;

  /**
   * Reads a file.
   *
   * @throws ClientException if it cannot be read, or is no model file with a card
   */
  static ModelFileCard read(Path file) throws ClientException {
    Map<String, String> metadata = new HashMap<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      DigestInputStream digesting = new DigestInputStream(in, sha256Digest());
      readModel(digesting, metadata);
      String name = metadata.get("vggstream.name");
      String version = metadata.get("vggstream.version");
      if (name == null || version == null) {
        throw new ClientException(
            file
                + " must be an ONNX file with a model card, such as train export writes: has none");
      }
      return new ModelFileCard(
          name, version, HexFormat.of().formatHex(digesting.getMessageDigest().digest()));
    } catch (EOFException | IllegalArgumentException e) {
      throw new ClientException(file + " must be an ONNX file: is none, or is not whole", e);
    } catch (IOException e) {
      throw new ClientException(file + " cannot be read: " + ClientException.reason(e), e);
    }
  }

  private static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void readModel(InputStream in, Map<String, String> metadata) throws IOException {
    for (int first = in.read(); first >= 0; first = in.read()) {
      long tag = varint(first, in);
      switch ((int) (tag & 7)) {
        case VARINT -> varint(in.read(), in);
        case FIXED64 -> skip(in, Long.BYTES);
        case FIXED32 -> skip(in, Integer.BYTES);
        case BYTES -> {
          long length = varint(in.read(), in);
          if (tag >>> 3 == METADATA && length >= 0 && length <= LONGEST_ENTRY) {
            readEntry(exactly(in, length), metadata);
          } else {
            skip(in, length);
          }
        }
        default -> throw new IllegalArgumentException("no wire type " + (tag & 7));
      }
    }
  }

  /** StringStringEntryProto: key is field 1, value field 2. */
  private static void readEntry(byte[] entry, Map<String, String> metadata) throws IOException {
    InputStream in = new java.io.ByteArrayInputStream(entry);
    String key = "";
    String value = "";
    for (int tag = in.read(); tag >= 0; tag = in.read()) {
      if ((tag & 7) != BYTES) {
        throw new IllegalArgumentException("an entry has texts only");
      }
      String text = new String(exactly(in, varint(in.read(), in)), StandardCharsets.UTF_8);
      if (tag >>> 3 == 1) {
        key = text;
      } else {
        value = text;
      }
    }
    metadata.put(key, value);
  }

  private static long varint(int first, InputStream in) throws IOException {
    long value = 0;
    int b = first;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (b < 0) {
        throw new EOFException();
      }
      value |= (b & 0x7fL) << shift;
      if ((b & 0x80) == 0) {
        return value;
      }
      b = in.read();
    }
    throw new IllegalArgumentException("a number has at most 10 bytes");
  }

  private static byte[] exactly(InputStream in, long length) throws IOException {
    if (length < 0 || length > LONGEST_ENTRY) {
      throw new IllegalArgumentException("a length must be within the file");
    }
    byte[] bytes = in.readNBytes((int) length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  /** Reads and forgets: a stream's own skip would not be digested. */
  private static void skip(InputStream in, long length) throws IOException {
    if (length < 0) {
      throw new IllegalArgumentException("a length must be at least 0");
    }
    byte[] buffer = new byte[1 << 16];
    for (long left = length; left > 0; ) {
      int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (n < 0) {
        throw new EOFException();
      }
      left -= n;
    }
  }
}
