package vggstream.train.data;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where the annotations of a split's images are. Thread-safe. */
interface Annotations {
  /**
   * The annotation of an image; null if it has none.
   *
   * @throws IOException if it cannot be read, with the reason
   */
  @Nullable Annotation of(Sample image) throws IOException;

  /** Where the annotation of an image is, or would be. */
  String place(Sample image);

  /** How annotations name the class of an image. */
  String className(Sample image);

  /** Whether annotations of this kind say of which size the image is. */
  boolean giveSizes();
}
