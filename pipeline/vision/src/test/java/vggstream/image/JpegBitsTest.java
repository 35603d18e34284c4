package vggstream.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JpegBitsTest {
  /** A table of random symbols whose codes have {@code shortest} to 16 bits. */
  private static byte[] segment(Random random, int shortest) {
    int[] counts = new int[16];
    int free = 1 << shortest;
    int total = 0;
    for (int length = shortest; length <= 16; length++) {
      counts[length - 1] = free == 1 ? 0 : free / 2 + random.nextInt((free + 1) / 2);
      total += counts[length - 1];
      free = 2 * (free - counts[length - 1]); // one code of each length is left at least
    }
    byte[] segment = new byte[16 + total];
    for (int i = 0; i < 16; i++) {
      segment[i] = (byte) counts[i];
    }
    for (int i = 16; i < segment.length; i++) {
      int run = random.nextInt(random.nextBoolean() ? 2 : 16);
      segment[i] = (byte) (run << 4 | random.nextInt(random.nextBoolean() ? 3 : 16));
    }
    segment[16 + random.nextInt(Math.min(total, 4))] = 0; // the end of a block
    return segment;
  }

  private static JpegHuffmanTable dc() {
    byte[] segment = new byte[16 + 12];
    for (int i = 0; i < 12; i++) { // codes of 1 to 12 bits
      segment[i] = 1;
      segment[16 + i] = (byte) i;
    }
    return JpegHuffmanTables.read(segment);
  }

  @Test
  void severalCodesAtATimeLeadWhereEachAloneDoes() {
    Random random = new Random(20261122);
    int blocks = 0;
    int beyond = 0;
    int none = 0;
    for (int round = 0; round < 400; round++) {
      byte[] data = new byte[1 + random.nextInt(5000)];
      random.nextBytes(data);
      if (round % 2 == 0) { // no marker before the end
        for (int i = 0; i + 1 < data.length; i++) {
          data[i + 1] = data[i] == (byte) 0xff ? 0 : data[i + 1];
        }
      }
      byte[] segment = segment(random, 1 + random.nextInt(4));
      JpegHuffmanTable alone = JpegHuffmanTables.read(segment);
      JpegHuffmanTable several = JpegHuffmanTables.read(segment);
      several.prepareSteps();
      JpegBits a = new JpegBits(data, 0, data.length);
      JpegBits b = new JpegBits(data, 0, data.length);
      for (int i = 0; i < 100_000; i++) {
        int k = a.skipBlock(dc(), alone);
        assertEquals(k, b.skipBlock(dc(), several));
        assertEquals(a.overrun(), b.overrun());
        assertEquals(a.hasLeftOver(), b.hasLeftOver());
        blocks++;
        beyond += k > 64 && k < 80 ? 1 : 0;
        none += k == JpegBits.NO_CODE ? 1 : 0;
        if (a.overrun() || k == JpegBits.NO_CODE) {
          break;
        }
        assertEquals(a.read(3), b.read(3));
      }
    }
    assertTrue(blocks > 10_000 && beyond > 1_000 && none > 20, blocks + " " + beyond + " " + none);
  }

  @Test
  void bitsAreThoseOfTheBytesWithoutStuffedZeros() {
    Random random = new Random(1);
    ByteArrayOutputStream stuffed = new ByteArrayOutputStream();
    byte[] plain = new byte[20_000];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = (byte) (random.nextInt(20) == 0 ? 0xff : random.nextInt(256));
      stuffed.write(plain[i]);
      if (plain[i] == (byte) 0xff) {
        stuffed.write(0);
      }
    }
    int end = stuffed.size();
    stuffed.write(0xff);
    stuffed.write(0xd9);
    JpegBits bits = new JpegBits(stuffed.toByteArray(), 0, stuffed.size());
    int at = 0;
    while (at + 16 <= 8 * plain.length) {
      int n = 1 + random.nextInt(16);
      int expected = 0;
      for (int i = 0; i < n; i++, at++) {
        expected = expected << 1 | plain[at / 8] >> (7 - at % 8) & 1;
      }
      assertEquals(expected, bits.read(n));
      assertFalse(bits.overrun());
      assertEquals(8 * plain.length - at >= 8, bits.hasLeftOver());
    }
    assertEquals(end, bits.position());
    bits.skip(8L * plain.length - at);
    assertFalse(bits.overrun());
    assertEquals(0, bits.read(1));
    assertTrue(bits.overrun());
  }

  @Test
  void tablesUsedLastAreKept() {
    JpegHuffmanTables tables = new JpegHuffmanTables();
    Random random = new Random(2);
    byte[] first = segment(random, 2);
    JpegHuffmanTable table = tables.get(first);
    assertSame(JpegSteps.NONE, table.steps());
    for (int i = 0; i < 200; i++) {
      tables.get(segment(random, 2));
      assertSame(table, tables.get(Arrays.copyOf(first, first.length)));
    }
    assertTrue(table.steps() != JpegSteps.NONE);
  }
}
