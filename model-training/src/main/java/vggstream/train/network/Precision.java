package vggstream.train.network;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Locale;

/**
 * In what a model file keeps its weights and computes its layers; its input and outputs are the
 * same in each, and so are mean subtraction, normalisation across channels and spatial means, which
 * are computed in floats.
 */
public enum Precision {
  /** Floats of 32 bits: what is trained. */
  FP32(GraphBuilder.FLOAT, Float.BYTES, Float.MAX_VALUE) {
    @Override
    void put(FloatBuffer values, ByteBuffer into) {
      into.asFloatBuffer().put(values);
    }

    @Override
    void get(ByteBuffer bytes, FloatBuffer into) {
      into.put(bytes.asFloatBuffer());
    }
  },

  /** Floats of 16 bits (IEEE 754's binary16), for devices that compute in them. */
  FP16(GraphBuilder.FLOAT16, Short.BYTES, HalfFloat.LARGEST) {
    @Override
    void put(FloatBuffer values, ByteBuffer into) {
      for (int i = values.position(), at = into.position(); i < values.limit(); i++, at += 2) {
        into.putShort(at, HalfFloat.bits(values.get(i)));
      }
    }

    @Override
    void get(ByteBuffer bytes, FloatBuffer into) {
      for (int at = bytes.position(); at < bytes.limit(); at += 2) {
        into.put(HalfFloat.value(bytes.getShort(at)));
      }
    }
  };

  private final int onnxType;
  private final int bytes;
  private final float largest;

  Precision(int onnxType, int bytes, float largest) {
    this.onnxType = onnxType;
    this.bytes = bytes;
    this.largest = largest;
  }

  /** Its name in ONNX Runtime's tools, such as {@code fp16}. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The largest value that it holds. */
  public float largest() {
    return largest;
  }

  /** Number of ONNX's element type. */
  int onnxType() {
    return onnxType;
  }

  /** Bytes of a value. */
  int bytes() {
    return bytes;
  }

  /** Whether a value is finite, and stays so here. */
  boolean holds(float value) {
    float kept = this == FP16 ? HalfFloat.value(HalfFloat.bits(value)) : value;
    return Math.abs(kept) <= largest;
  }

  /** Writes values, as many as there are remaining, from the buffer's position on. */
  abstract void put(FloatBuffer values, ByteBuffer into);

  /** Reads values, as many as there are bytes remaining. */
  abstract void get(ByteBuffer bytes, FloatBuffer into);
}
