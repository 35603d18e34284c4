package vggstream.job.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vggstream.image.Size;

/**
 * How the text of an option becomes its value.
 *
 * @param name as the documentation prints it
 * @param parse throws {@link IllegalArgumentException}, whose message states the rule
 */
record OptionType<T>(String name, Function<String, T> parse) {

  private static final Pattern QUANTITY = Pattern.compile("(\\d{1,18})\\s*([A-Za-z]*)");
  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,5})x([1-9]\\d{0,5})");
  private static final Map<String, Duration> TIME_UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "min", Duration.ofMinutes(1),
          "h", Duration.ofHours(1));
  private static final Map<String, Long> BYTE_UNITS =
      Map.of("", 1L, "b", 1L, "kib", 1L << 10, "mib", 1L << 20, "gib", 1L << 30);
  private static final Map<String, Long> PIXEL_UNITS = Map.of("", 1L, "mp", 1_000_000L);

  static final OptionType<String> TEXT =
      new OptionType<>(
          "text",
          text -> {
            if (text.isBlank()) {
              throw new IllegalArgumentException("must not be blank");
            }
            return text.strip();
          });

  static final OptionType<Boolean> YES_NO =
      new OptionType<>(
          "true, false",
          text ->
              switch (text.strip().toLowerCase(Locale.ROOT)) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException("must be true or false");
              });

  static final OptionType<Duration> DURATION =
      new OptionType<>("duration", OptionType::parseDuration);

  static final OptionType<Long> BYTES =
      new OptionType<>(
          "bytes", text -> quantity(text, BYTE_UNITS, "must be bytes, such as 512 KiB or 20 MiB"));

  static final OptionType<Long> PIXELS =
      new OptionType<>(
          "pixels",
          text -> quantity(text, PIXEL_UNITS, "must be pixels, such as 4 MP (million) or 250000"));

  static final OptionType<List<FileUri>> FOLDERS =
      new OptionType<>(
          "uris", text -> Arrays.stream(text.split(",", -1)).map(FileUri::parseFolder).toList());

  /** Texts, separated by commas. */
  static final OptionType<List<String>> TEXTS =
      new OptionType<>(
          "texts",
          text -> {
            List<String> texts = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
            if (texts.stream().anyMatch(String::isEmpty)) {
              throw new IllegalArgumentException("must not be blank, nor any of them");
            }
            return texts;
          });

  /** Width and height of images, separated by commas. */
  static final OptionType<List<Size>> SIZES =
      new OptionType<>(
          "sizes", text -> Arrays.stream(text.split(",", -1)).map(OptionType::parseSize).toList());

  static OptionType<Integer> integer(int min, int max) {
    return new OptionType<>("integer", text -> parseInteger(text, min, max));
  }

  static OptionType<List<Integer>> integers(int min, int max) {
    return new OptionType<>(
        "integers",
        text -> Arrays.stream(text.split(",", -1)).map(s -> parseInteger(s, min, max)).toList());
  }

  static <E extends Enum<E>> OptionType<E> choice(Class<E> type) {
    List<String> words = Arrays.stream(type.getEnumConstants()).map(OptionType::word).toList();
    String names = String.join(", ", words);
    return new OptionType<>(
        names,
        text -> {
          int i = words.indexOf(text.strip());
          if (i < 0) {
            throw new IllegalArgumentException("must be one of " + names);
          }
          return type.getEnumConstants()[i];
        });
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static int parseInteger(String text, int min, int max) {
    String rule =
        max == Integer.MAX_VALUE
            ? "must be an integer of at least " + min
            : "must be an integer within %d..%d".formatted(min, max);
    try {
      int value = Integer.parseInt(text.strip());
      if (value < min || value > max) {
        throw new IllegalArgumentException(rule);
      }
      return value;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(rule, e);
    }
  }

  private static Size parseSize(String text) {
    Matcher m = SIZE.matcher(text.strip());
    if (!m.matches()) {
      throw new IllegalArgumentException("must be sizes, such as 640x480 or 640x480,1920x1080");
    }
    return new Size(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
  }

  private static Duration parseDuration(String text) {
    String rule = "must be a duration, such as 20 ms, 10 s, 10 min or PT10S";
    Matcher m = QUANTITY.matcher(text.strip());
    try {
      if (m.matches()) {
        Duration unit = TIME_UNITS.get(m.group(2).toLowerCase(Locale.ROOT));
        if (unit == null) {
          throw new IllegalArgumentException(rule);
        }
        return Duration.ofMillis(Math.multiplyExact(Long.parseLong(m.group(1)), unit.toMillis()));
      }
      Duration parsed = Duration.parse(text.strip());
      if (parsed.isNegative()) {
        throw new IllegalArgumentException(rule);
      }
      return parsed;
    } catch (DateTimeParseException | ArithmeticException e) {
      throw new IllegalArgumentException(rule, e);
    }
  }

  private static long quantity(String text, Map<String, Long> units, String rule) {
    Matcher m = QUANTITY.matcher(text.strip());
    Long unit = m.matches() ? units.get(m.group(2).toLowerCase(Locale.ROOT)) : null;
    if (unit == null) {
      throw new IllegalArgumentException(rule);
    }
    try {
      return Math.multiplyExact(Long.parseLong(m.group(1)), unit);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(rule, e);
    }
  }
}
