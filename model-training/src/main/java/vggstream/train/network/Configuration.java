package vggstream.train.network;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The columns of the paper's Table 1 and the shallow net of its section 4.1, row by row down to the
 * last max-pooling; {@code conv<receptive field size>-<number of channels>}, every one of them
 * followed by ReLU. Three fully-connected layers (FC-4096, FC-4096, FC-1000) and soft-max end each
 * column.
 */
public enum Configuration {
  A(
      "conv3-64",
      "maxpool", //
      "conv3-128",
      "maxpool", //
      "conv3-256",
      "conv3-256",
      "maxpool", //
      "conv3-512",
      "conv3-512",
      "maxpool", //
      "conv3-512",
      "conv3-512",
      "maxpool"),
  A_LRN(
      "conv3-64",
      "LRN",
      "maxpool", //
      "conv3-128",
      "maxpool", //
      "conv3-256",
      "conv3-256",
      "maxpool", //
      "conv3-512",
      "conv3-512",
      "maxpool", //
      "conv3-512",
      "conv3-512",
      "maxpool"),
  B(
      "conv3-64",
      "conv3-64",
      "maxpool", //
      "conv3-128",
      "conv3-128",
      "maxpool", //
      "conv3-256",
      "conv3-256",
      "maxpool", //
      "conv3-512",
      "conv3-512",
      "maxpool", //
      "conv3-512",
      "conv3-512",
      "maxpool"),
  C(
      "conv3-64",
      "conv3-64",
      "maxpool", //
      "conv3-128",
      "conv3-128",
      "maxpool", //
      "conv3-256",
      "conv3-256",
      "conv1-256",
      "maxpool", //
      "conv3-512",
      "conv3-512",
      "conv1-512",
      "maxpool", //
      "conv3-512",
      "conv3-512",
      "conv1-512",
      "maxpool"),
  D(
      "conv3-64",
      "conv3-64",
      "maxpool", //
      "conv3-128",
      "conv3-128",
      "maxpool", //
      "conv3-256",
      "conv3-256",
      "conv3-256",
      "maxpool", //
      "conv3-512",
      "conv3-512",
      "conv3-512",
      "maxpool", //
      "conv3-512",
      "conv3-512",
      "conv3-512",
      "maxpool"),
  E(
      "conv3-64",
      "conv3-64",
      "maxpool", //
      "conv3-128",
      "conv3-128",
      "maxpool", //
      "conv3-256",
      "conv3-256",
      "conv3-256",
      "conv3-256",
      "maxpool", //
      "conv3-512",
      "conv3-512",
      "conv3-512",
      "conv3-512",
      "maxpool", //
      "conv3-512",
      "conv3-512",
      "conv3-512",
      "conv3-512",
      "maxpool"),
  /**
   * Section 4.1: B with each pair of 3x3 convolutions replaced by one 5x5. No column of Table 1.
   */
  B_5X5(
      "conv5-64",
      "maxpool", //
      "conv5-128",
      "maxpool", //
      "conv5-256",
      "maxpool", //
      "conv5-512",
      "maxpool", //
      "conv5-512",
      "maxpool");

  @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
  private final List<String> rows;

  Configuration(String... rows) {
    this.rows = List.of(rows);
  }

  /** The column's rows as the table prints them, input and fully-connected layers left out. */
  public List<String> rows() {
    return rows;
  }

  /** The six columns of Table 1, as the paper has them. */
  public static List<Configuration> table1() {
    return List.of(A, A_LRN, B, C, D, E);
  }

  /**
   * The column's head in the table: {@code A}, {@code A-LRN}, {@code B} ... {@code E}; {@code
   * B-5x5} for the net that is none of them.
   */
  public String title() {
    return name().replace('_', '-').replace('X', 'x');
  }

  /**
   * Reads a column's head, in any case.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Configuration parse(String title) {
    return Arrays.stream(values())
        .filter(c -> c.title().equalsIgnoreCase(title))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "network must be one of %s: was %s"
                        .formatted(
                            Arrays.stream(values())
                                .map(Configuration::title)
                                .collect(Collectors.joining(", ")),
                            title)));
  }
}
