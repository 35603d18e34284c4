package vggstream.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Broken images: the i-th follows from the seed and i alone, so that each can be made again. All
 * encodings are equally frequent.
 */
final class FuzzInputs {
  private static final int MAX_FILE_BYTES = 64 << 10; // of a corpus: larger ones take time
  private static final int HEADER_BYTES = 200;
  private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};
  private static final int[] EXTREMES = {0, 1, -1, 0x7f, 0x80, 0x7fff, 0x8000, 0x7fffffff};

  /** A broken image and what it was made from. */
  record Input(String sample, byte[] bytes) {}

  private final long seed;
  private final List<String> names = new ArrayList<>();
  private final List<byte[]> samples = new ArrayList<>();

  /**
   * Inputs of a seed.
   *
   * @param corpus a folder whose files are broken too
   */
  FuzzInputs(long seed, Optional<Path> corpus) throws IOException {
    this.seed = seed;
    add(SampleImages.all());
    if (corpus.isPresent()) {
      Map<String, byte[]> files = new TreeMap<>();
      try (Stream<Path> paths = Files.list(corpus.get())) {
        for (Path file : paths.toList()) {
          if (Files.size(file) <= MAX_FILE_BYTES) {
            files.put(file.getFileName().toString(), Files.readAllBytes(file));
          }
        }
      }
      add(files);
    }
  }

  private void add(Map<String, byte[]> encoded) {
    names.addAll(encoded.keySet());
    samples.addAll(encoded.values());
  }

  Input get(int index) {
    Random random = new Random(seed * 1_000_003L + index);
    int chosen = random.nextInt(samples.size());
    byte[] bytes = samples.get(chosen).clone();
    int changes = 1 + random.nextInt(1 + random.nextInt(8));
    for (int i = 0; i < changes; i++) {
      bytes = changed(bytes, random);
    }
    // a wrong checksum ends the decoding of a PNG before it begins
    if (random.nextInt(4) > 0 && startsWith(bytes, PNG_SIGNATURE)) {
      repairChecksums(bytes);
    }
    return new Input(names.get(chosen), bytes);
  }

  private byte[] changed(byte[] bytes, Random random) {
    if (bytes.length < 2) {
      return bytes;
    }
    // headers are where the structure is: half of all changes go there
    int at = random.nextInt(random.nextBoolean() ? bytes.length : bound(bytes, HEADER_BYTES));
    int rest = bytes.length - at;
    switch (random.nextInt(9)) {
      case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> bytes[at] = (byte) random.nextInt(256);
      case 3 -> { // an extreme number of 1, 2 or 4 bytes, high byte first or last
        int value = EXTREMES[random.nextInt(EXTREMES.length)];
        int size = Math.min(rest, 1 << random.nextInt(3));
        boolean bigEndian = random.nextBoolean();
        for (int i = 0; i < size; i++) {
          bytes[at + i] = (byte) (value >> 8 * (bigEndian ? size - 1 - i : i));
        }
      }
      case 4 -> { // cut off
        return Arrays.copyOf(bytes, at + 1);
      }
      case 5 -> { // a part is lost
        int length = random.nextInt(Math.min(rest, 1 << random.nextInt(12)));
        return joined(bytes, at, bytes, at + length);
      }
      case 6 -> { // a part comes again
        int length = random.nextInt(Math.min(rest, 1 << random.nextInt(10)) + 1);
        return joined(bytes, at + length, bytes, at);
      }
      case 7 -> { // a part of another one
        byte[] other = samples.get(random.nextInt(samples.size()));
        int length = random.nextInt(Math.min(rest, Math.min(other.length, 1 + at)) + 1);
        System.arraycopy(other, random.nextInt(other.length - length + 1), bytes, at, length);
      }
      default -> { // noise
        int length = random.nextInt(Math.min(rest, 64) + 1);
        for (int i = 0; i < length; i++) {
          bytes[at + i] = (byte) random.nextInt(256);
        }
      }
    }
    return bytes;
  }

  private static int bound(byte[] bytes, int most) {
    return Math.min(bytes.length, most);
  }

  /** The first bytes of one, then those of another from an offset on. */
  private static byte[] joined(byte[] first, int length, byte[] second, int from) {
    byte[] all = Arrays.copyOf(first, length + second.length - from);
    System.arraycopy(second, from, all, length, second.length - from);
    return all;
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length && Arrays.equals(Arrays.copyOf(bytes, start.length), start);
  }

  private static void repairChecksums(byte[] png) {
    ByteBuffer file = ByteBuffer.wrap(png);
    long at = PNG_SIGNATURE.length;
    while (at + 12 <= png.length) {
      long length = file.getInt((int) at) & 0xffff_ffffL;
      if (at + 12 + length > png.length) {
        return;
      }
      CRC32 crc = new CRC32();
      crc.update(png, (int) at + 4, (int) length + 4);
      file.putInt((int) (at + 8 + length), (int) crc.getValue());
      at += 12 + length;
    }
  }
}
