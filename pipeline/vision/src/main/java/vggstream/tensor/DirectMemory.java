package vggstream.tensor;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;

/**
 * Gives direct memory back at once. A buffer that is only forgotten keeps its memory until the
 * garbage collector meets it, which may be hours later in a process whose heap is large and whose
 * buffers are old; a TaskManager in which models come and go would grow meanwhile.
 */
public final class DirectMemory {
  private static final MethodHandle INVOKE_CLEANER = invokeCleaner();

  private DirectMemory() {}

  /** {@code sun.misc.Unsafe.invokeCleaner}, of the module jdk.unsupported, bound to its object. */
  private static MethodHandle invokeCleaner() {
    try {
      Class<?> type = Class.forName("sun.misc.Unsafe");
      Field unsafe = type.getDeclaredField("theUnsafe");
      unsafe.setAccessible(true);
      return MethodHandles.lookup()
          .findVirtual(type, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
          .bindTo(unsafe.get(null));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Java must have the module jdk.unsupported", e);
    }
  }

  /**
   * Frees a buffer's memory. Nothing may read or write it afterwards, neither through this buffer
   * nor through a view of it: the process would crash.
   *
   * @param buffer as {@link ByteBuffer#allocateDirect} gave it, freed once
   * @throws IllegalArgumentException if it is not direct, or a view of another buffer
   */
  public static void free(ByteBuffer buffer) {
    if (!buffer.isDirect()) {
      throw new IllegalArgumentException("buffer must be direct: was " + buffer);
    }
    try {
      INVOKE_CLEANER.invokeExact(buffer);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // it declares none
    }
  }
}
