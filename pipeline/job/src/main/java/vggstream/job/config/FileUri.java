package vggstream.job.config;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The name of a file or folder in one of Flink's file systems, read so strictly that no two readers
 * can take it for different files: no {@code .} and {@code ..}, no empty names, no encoded
 * separators, nothing encoded twice, no query.
 *
 * @param scheme in lower case, for example {@code s3}
 * @param authority the bucket or host, in lower case; empty for {@code file}
 * @param path decoded; begins with {@code /}, a folder's ends with it
 */
public record FileUri(String scheme, String authority, String path) implements Serializable {
  private static final int LONGEST = 4096;

  /** What a file system might decode once more: . / \ % and NUL. */
  private static final Pattern ENCODED_TWICE = Pattern.compile("(?i)%(2e|2f|5c|25|00)");

  private static final Pattern ENCODED_SEPARATOR = Pattern.compile("(?i)%(2f|5c)");

  /**
   * Reads a name as RFC 3986 writes it.
   *
   * @throws IllegalArgumentException whose message states the rule; it never repeats the text,
   *     which may hold a password
   */
  public static FileUri parse(String text) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "must have at most %d characters: has %d".formatted(LONGEST, text.length()));
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "must be a URI (RFC 3986), other characters as %%XX: %s at character %d"
              .formatted(e.getReason(), e.getIndex()),
          e);
    }
    String path = uri.getPath();
    if (uri.getScheme() == null || path == null || !path.startsWith("/")) {
      throw new IllegalArgumentException("must be like scheme://authority/path");
    }
    String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
    if (authority.contains("@") && authority.contains(":")) { // container@account is Azure's
      throw new IllegalArgumentException("must have no password");
    }
    if (authority.contains("%")) {
      throw new IllegalArgumentException("must have an authority without %XX");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException("must have no query and no fragment");
    }
    requirePlain(uri.getRawPath(), path);
    return new FileUri(
        uri.getScheme().toLowerCase(Locale.ROOT), authority.toLowerCase(Locale.ROOT), path);
  }

  private static void requirePlain(String raw, String path) {
    if (ENCODED_SEPARATOR.matcher(raw).find()
        || ENCODED_TWICE.matcher(path).find()
        || path.indexOf('\\') >= 0
        || path.indexOf('\uFFFD') >= 0 // not UTF-8
        || path.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "must have a path without backslashes, control characters, encoded separators and what is"
              + " encoded twice");
    }
    String names = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    if (names.isEmpty()) {
      return;
    }
    for (String name : names.substring(1).split("/", -1)) {
      if (Set.of("", ".", "..").contains(name)) {
        throw new IllegalArgumentException("must have a path without empty names, . and ..");
      }
    }
  }

  /** As {@link #parse}, with a {@code /} at the end. */
  static FileUri parseFolder(String text) {
    FileUri folder = parse(text.strip());
    FileUri whole =
        folder.path.endsWith("/")
            ? folder
            : new FileUri(folder.scheme, folder.authority, folder.path + "/");
    if (whole.isLocal() && (whole.path.equals("/") || !whole.authority.isEmpty())) {
      throw new IllegalArgumentException("must name a folder of this machine, as in file:///data/");
    }
    return whole;
  }

  /** Whether it lies in this machine's own file system, which knows links. */
  public boolean isLocal() {
    return scheme.equals("file");
  }

  /** Whether this is the name of something in a folder, at any depth. */
  public boolean isBelow(FileUri folder) {
    return scheme.equals(folder.scheme)
        && authority.equals(folder.authority)
        && path.startsWith(folder.path)
        && path.length() > folder.path.length();
  }

  /** As file systems ask for it. */
  public URI toUri() {
    try {
      return new URI(scheme, authority.isEmpty() ? null : authority, path, null, null);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("what was read as a URI can be written as one", e);
    }
  }

  @Override
  public String toString() {
    return toUri().toString();
  }
}
