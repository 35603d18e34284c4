package vggstream.job.release;

import java.nio.charset.StandardCharsets;

/**
 * Where an event stands among all: 32-bit MurmurHash3 (x86, seed 0; Appleby, SMHasher,
 * MurmurHash3.cpp) of its id in UTF-8, unsigned, modulo {@value #SLOTS}.
 */
public final class EventHash {
  /** Slots into which events fall evenly. */
  public static final int SLOTS = 10_000;

  private static final int C1 = 0xcc9e2d51;
  private static final int C2 = 0x1b873593;

  private EventHash() {}

  /** The slot of an event, 0..9,999. */
  public static int slot(String eventId) {
    return Integer.remainderUnsigned(murmur3(eventId.getBytes(StandardCharsets.UTF_8)), SLOTS);
  }

  static int murmur3(byte[] bytes) {
    int hash = 0;
    int blocks = bytes.length / 4 * 4;
    for (int i = 0; i < blocks; i += 4) {
      int block =
          (bytes[i] & 0xff)
              | (bytes[i + 1] & 0xff) << 8
              | (bytes[i + 2] & 0xff) << 16
              | bytes[i + 3] << 24;
      hash = Integer.rotateLeft(hash ^ scrambled(block), 13) * 5 + 0xe6546b64;
    }
    int rest = 0;
    for (int i = bytes.length - 1; i >= blocks; i--) {
      rest = rest << 8 | bytes[i] & 0xff;
    }
    hash ^= scrambled(rest);
    hash ^= bytes.length;
    hash = (hash ^ hash >>> 16) * 0x85ebca6b;
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }

  private static int scrambled(int block) {
    return Integer.rotateLeft(block * C1, 15) * C2;
  }
}
