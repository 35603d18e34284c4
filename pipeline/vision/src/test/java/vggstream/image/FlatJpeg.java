package vggstream.image;

import java.io.ByteArrayOutputStream;

/**
 * Writes JPEGs by hand whose 8x8 blocks are flat, so that the decoded samples are known exactly:
 * quantised DC = sample - 128 with all quantisers 8, DC categories coded in 4 bits, EOB in one.
 */
final class FlatJpeg {
  private final int width;
  private final int height;
  private final int[][] samples; // per component, the sample of all blocks, or one per block
  private int adobeTransform = -1;
  private int restartInterval;
  private int omittedBlocks;
  private boolean progressive;
  private int orientation;

  private int bits;
  private int bitCount;

  FlatJpeg(int width, int height, int[]... samples) {
    this.width = width;
    this.height = height;
    this.samples = samples;
  }

  FlatJpeg adobe(int transform) {
    adobeTransform = transform;
    return this;
  }

  FlatJpeg restartEvery(int blocks) {
    restartInterval = blocks;
    return this;
  }

  FlatJpeg omitLastBlocks(int n) {
    omittedBlocks = n;
    return this;
  }

  FlatJpeg progressive() {
    progressive = true;
    return this;
  }

  FlatJpeg orientation(int value) {
    orientation = value;
    return this;
  }

  byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int n = samples.length;
    put(out, 0xff, 0xd8);
    if (orientation > 0) {
      put(out, 0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0);
      put(out, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0);
      put(out, 0, 0, 0, 0);
    }
    if (adobeTransform >= 0) {
      put(out, 0xff, 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, adobeTransform);
    }
    put(out, 0xff, 0xdb, 0, 67, 0);
    for (int i = 0; i < 64; i++) {
      out.write(8);
    }
    put(out, 0xff, progressive ? 0xc2 : 0xc0, 0, 8 + 3 * n, 8);
    put(out, height >> 8, height & 255, width >> 8, width & 255, n);
    for (int c = 0; c < n; c++) {
      put(out, c + 1, 0x11, 0);
    }
    put(out, 0xff, 0xc4, 0, 28, 0x00, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    put(out, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    put(out, 0xff, 0xc4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    if (restartInterval > 0) {
      put(out, 0xff, 0xdd, 0, 4, 0, restartInterval);
    }
    put(out, 0xff, 0xda, 0, 6 + 2 * n, n);
    for (int c = 0; c < n; c++) {
      put(out, c + 1, 0);
    }
    put(out, 0, progressive ? 0 : 63, 0);
    scan(out);
    put(out, 0xff, 0xd9);
    return out.toByteArray();
  }

  private void scan(ByteArrayOutputStream out) {
    int blocks = (width + 7) / 8 * ((height + 7) / 8);
    int[] previous = new int[samples.length];
    for (int b = 0; b < blocks - omittedBlocks; b++) {
      if (restartInterval > 0 && b > 0 && b % restartInterval == 0) {
        flush(out);
        put(out, 0xff, 0xd0 + (b / restartInterval - 1) % 8);
        previous = new int[samples.length];
      }
      for (int c = 0; c < samples.length; c++) {
        int dc = samples[c][b % samples[c].length] - 128;
        int difference = dc - previous[c];
        previous[c] = dc;
        int category = 32 - Integer.numberOfLeadingZeros(Math.abs(difference));
        write(out, category, 4);
        write(out, difference < 0 ? difference + (1 << category) - 1 : difference, category);
        if (!progressive) {
          write(out, 0, 1);
        }
      }
    }
    flush(out);
  }

  private void write(ByteArrayOutputStream out, int value, int n) {
    for (int i = n - 1; i >= 0; i--) {
      bits = bits << 1 | value >> i & 1;
      if (++bitCount == 8) {
        out.write(bits & 255);
        if ((bits & 255) == 255) {
          out.write(0);
        }
        bitCount = 0;
      }
    }
  }

  private void flush(ByteArrayOutputStream out) {
    while (bitCount != 0) {
      write(out, 1, 1);
    }
  }

  private static void put(ByteArrayOutputStream out, int... values) {
    for (int value : values) {
      out.write(value);
    }
  }
}
