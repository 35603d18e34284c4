package vggstream.train.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which pixels a padded convolution meets at each position of a map. Positions that have the same
 * taps inside the map form a group (of a 3 x 3 kernel: the middle, four edges, four corners), so
 * that nothing is multiplied by padding.
 *
 * <p>Tap t of a kernel of side k is the shift by t / k - k / 2 rows and t % k - k / 2 columns.
 */
final class Neighbourhoods {
  /** Positions, row by row, with the taps that lie inside the map. */
  record Group(List<Integer> positions, List<Integer> taps) {}

  private final int kernel;
  private final int width;
  private final List<Group> groups;

  Neighbourhoods(int kernel, int height, int width) {
    this.kernel = kernel;
    this.width = width;
    Map<List<Integer>, List<Integer>> byTaps = new LinkedHashMap<>();
    for (int p = 0; p < height * width; p++) {
      List<Integer> taps = new ArrayList<>();
      for (int t = 0; t < kernel * kernel; t++) {
        int row = p / width + rows(t);
        int column = p % width + columns(t);
        if (row >= 0 && row < height && column >= 0 && column < width) {
          taps.add(t);
        }
      }
      byTaps.computeIfAbsent(taps, k -> new ArrayList<>()).add(p);
    }
    groups = byTaps.entrySet().stream().map(e -> new Group(e.getValue(), e.getKey())).toList();
  }

  private int rows(int tap) {
    return tap / kernel - kernel / 2;
  }

  private int columns(int tap) {
    return tap % kernel - kernel / 2;
  }

  List<Group> groups() {
    return groups;
  }

  /**
   * The pixels that a group meets: for each of its positions, for each of its taps, the place of
   * the pixel in memory.
   *
   * @param places of the map's positions in memory
   */
  long[] pixels(Group group, int[] places) {
    return group.positions().stream()
        .flatMapToLong(
            p -> group.taps().stream().mapToLong(t -> places[p + rows(t) * width + columns(t)]))
        .toArray();
  }

  /** Place of each position where positions lie one group after the other. */
  int[] placesByGroup() {
    int[] places = new int[groups.stream().mapToInt(g -> g.positions().size()).sum()];
    int next = 0;
    for (Group group : groups) {
      for (int p : group.positions()) {
        places[p] = next++;
      }
    }
    return places;
  }

  /** Whether a group has every tap of the kernel. */
  boolean isWhole(Group group) {
    return group.taps().size() == kernel * kernel;
  }

  /** Where each tap of the kernel is in a group's list; those that it has not: after the last. */
  long[] spread(Group group) {
    long[] from = new long[kernel * kernel];
    Arrays.fill(from, group.taps().size());
    for (int i = 0; i < group.taps().size(); i++) {
      from[group.taps().get(i)] = i;
    }
    return from;
  }
}
