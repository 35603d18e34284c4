package vggstream.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * EventIds of which a letter was sent back in this run, as the first 16 bytes of their SHA-256, so
 * that an id of any length takes 16 bytes: of 4 million ids two have the same with a chance of
 * 10^-25. The table is at most half full; with {@link #LIMIT} ids it has 128 MiB, and for a moment,
 * while it grows to that, 192. Used by one thread.
 */
final class SeenEvents {
  /** The most that one run remembers. */
  static final int LIMIT = 1 << 22;

  private static final int SMALLEST = 1 << 10;

  private final int limit;
  private final MessageDigest sha256;
  private final byte[] digest = new byte[32];
  private long[] table = new long[2 * SMALLEST]; // two each; both zero: free
  private int size;
  private long first;
  private long second;

  /**
   * None seen.
   *
   * @param limit how many at most
   */
  SeenEvents(int limit) {
    this.limit = limit;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  boolean isFull() {
    return size >= limit;
  }

  int size() {
    return size;
  }

  boolean contains(String eventId) {
    hash(eventId);
    int slot = slot(table);
    return table[slot] != 0 || table[slot + 1] != 0;
  }

  /**
   * Remembers an id.
   *
   * @throws IllegalStateException if it is one more than the limit
   */
  void add(String eventId) {
    if (contains(eventId)) {
      return;
    }
    if (isFull()) {
      throw new IllegalStateException("ids must be at most %d: one more came".formatted(limit));
    }
    if (4L * (size + 1) > table.length) { // entries * 2 longs, half full
      grow();
      hash(eventId);
    }
    put(table);
    size++;
  }

  private void hash(String eventId) {
    try {
      sha256.update(eventId.getBytes(UTF_8));
      sha256.digest(digest, 0, digest.length);
    } catch (DigestException e) {
      throw new IllegalStateException("32 bytes are enough for SHA-256", e);
    }
    ByteBuffer bytes = ByteBuffer.wrap(digest);
    first = bytes.getLong();
    second = bytes.getLong() | 1; // never both zero
  }

  /** Where the present hash is, or would be; sizes are powers of two. */
  private int slot(long[] in) {
    int mask = in.length / 2 - 1;
    int i = (int) first & mask;
    while ((in[2 * i] != 0 || in[2 * i + 1] != 0)
        && (in[2 * i] != first || in[2 * i + 1] != second)) {
      i = (i + 1) & mask;
    }
    return 2 * i;
  }

  private void put(long[] in) {
    int slot = slot(in);
    in[slot] = first;
    in[slot + 1] = second;
  }

  private void grow() {
    long[] larger = new long[2 * table.length];
    for (int i = 0; i < table.length; i += 2) {
      first = table[i];
      second = table[i + 1];
      if (first != 0 || second != 0) {
        put(larger);
      }
    }
    table = larger;
  }
}
