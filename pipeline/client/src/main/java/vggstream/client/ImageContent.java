package vggstream.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import vggstream.image.ImageHeader;
import vggstream.image.ImageRejectedException;
import vggstream.schema.ImageEvent;

/** What an event holds of a file: its bytes, or where they are. */
sealed interface ImageContent {
  /** Bytes of the image. */
  long length();

  /** What the event's own encoding takes of it, at least. */
  int size();

  /** Whether the header is that of an image, as far as it was read. */
  boolean isImage();

  /** Fills in the fields of the event. */
  void describe(ImageEvent.Builder event);

  /** The image itself. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Payload(byte[] bytes) implements ImageContent {
    static Payload read(Path file) throws IOException {
      return new Payload(Files.readAllBytes(file));
    }

    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public int size() {
      return bytes.length;
    }

    @Override
    public boolean isImage() {
      return hasHeader(ByteBuffer.wrap(bytes), true);
    }

    @Override
    public void describe(ImageEvent.Builder event) {
      event.setPayload(ByteBuffer.wrap(bytes)).setLength(length());
    }
  }

  /**
   * Where the image is.
   *
   * @param uri for the job
   * @param sha256 of the image, 64 lower-case hexadecimal digits
   * @param length in bytes
   * @param head its first bytes, at most 1 MiB
   */
  record Elsewhere(String uri, String sha256, long length, ByteBuffer head)
      implements ImageContent {
    private static final int HEAD = 1 << 20;

    /** Reads a file through, whatever its size. */
    static Elsewhere read(Path file, String uri) throws IOException {
      MessageDigest sha256;
      try {
        sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
      try (InputStream in = Files.newInputStream(file)) {
        byte[] head = in.readNBytes(HEAD);
        sha256.update(head);
        long length = head.length;
        byte[] buffer = new byte[1 << 16];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          sha256.update(buffer, 0, n);
          length += n;
        }
        String digest = HexFormat.of().formatHex(sha256.digest());
        return new Elsewhere(uri, digest, length, ByteBuffer.wrap(head));
      }
    }

    @Override
    public int size() {
      return uri.length() + sha256.length();
    }

    @Override
    public boolean isImage() {
      return hasHeader(head, length == head.remaining());
    }

    @Override
    public void describe(ImageEvent.Builder event) {
      event.setUri(uri).setSha256(sha256).setLength(length);
    }
  }

  private static boolean hasHeader(ByteBuffer bytes, boolean whole) {
    try {
      ImageHeader.read(bytes.duplicate());
      return true;
    } catch (ImageRejectedException e) {
      return !whole && e.reason() == ImageRejectedException.Reason.TRUNCATED;
    }
  }
}
