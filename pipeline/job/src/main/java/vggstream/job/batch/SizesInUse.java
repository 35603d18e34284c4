package vggstream.job.batch;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import vggstream.image.Size;

/**
 * Sizes of the images that came last, the latest {@value #MOST} different ones: what a model that
 * is loaded next is warmed up with. Thread-safe.
 */
final class SizesInUse {
  static final int MOST = 8;

  private final Set<Size> sizes = new LinkedHashSet<>(); // the oldest first

  synchronized void add(Size original) {
    if (sizes.remove(original)) {
      sizes.add(original);
      return;
    }
    sizes.add(original);
    if (sizes.size() > MOST) {
      sizes.remove(sizes.iterator().next());
    }
  }

  synchronized List<Size> sizes() {
    return List.copyOf(sizes);
  }
}
