package vggstream.client;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Where the job finds the files that are sent by reference.
 *
 * @param files that are sent
 * @param base of the uris, to which the path relative to the given folder is added; null: the file
 *     itself, {@code file:///...}
 */
record FileUris(ImageFiles files, @Nullable URI base) {
  FileUris {
    if (base != null) {
      if (!base.isAbsolute()
          || base.isOpaque()
          || base.getRawQuery() != null
          || base.getRawFragment() != null) {
        throw new IllegalArgumentException(
            "--base-uri must be like scheme://authority/path: was " + base);
      }
      if (!base.getRawPath().endsWith("/")) {
        base = URI.create(base + "/");
      }
    }
  }

  /** The uri of a file, of ASCII alone, whatever its name. */
  String of(ImageFile file) {
    if (base == null) {
      return file.path().toUri().toASCIIString();
    }
    try {
      return base
          + new URI(null, null, "/" + files.relative(file), null).toASCIIString().substring(1);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("every path can be encoded", e);
    }
  }
}
