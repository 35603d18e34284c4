package vggstream.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files of a folder as they become complete: a file is complete when its size and time of
 * modification have stayed as they are for a while. Files are looked at, not their events: that
 * works on mounts of other machines too. A file is given once, as long as it stays; names that
 * begin with a dot or end with {@code .tmp} or {@code .part} are those of files to be renamed. Used
 * by one thread.
 */
final class FolderWatch {
  /** A file as it was at the last look; {@code since} when it has been so. */
  private record Look(long size, FileTime modified, long since, boolean given) {
    boolean isOf(BasicFileAttributes file) {
      return size == file.size() && modified.equals(file.lastModifiedTime());
    }
  }

  private final long settleNanos;
  private final LongSupplier nanoTime;
  private Map<Path, Look> looks = new HashMap<>();

  /**
   * Nothing is looked at yet.
   *
   * @param settle for how long a file must not change
   */
  FolderWatch(Duration settle, LongSupplier nanoTime) {
    this.settleNanos = settle.toNanos();
    this.nanoTime = nanoTime;
  }

  /**
   * Looks once.
   *
   * @param listing of the folder; if it fails in between, this look counts for nothing
   * @return files that are complete and were not given before, in the listing's order
   */
  List<ImageFile> look(Stream<ImageFile> listing) {
    long now = nanoTime.getAsLong();
    Map<Path, Look> fresh = new HashMap<>();
    List<ImageFile> complete = new ArrayList<>();
    for (Iterator<ImageFile> i = listing.iterator(); i.hasNext(); ) {
      ImageFile file = i.next();
      BasicFileAttributes attributes = attributes(file.path());
      if (attributes == null) {
        continue;
      }
      Look look = looks.get(file.path());
      if (look == null || !look.given && !look.isOf(attributes)) {
        look = new Look(attributes.size(), attributes.lastModifiedTime(), now, false);
      }
      if (!look.given && now - look.since >= settleNanos) {
        look = new Look(look.size, look.modified, look.since, true);
        complete.add(file);
      }
      fresh.put(file.path(), look);
    }
    looks = fresh;
    return complete;
  }

  /** Null if the file is gone, is a broken link, or is yet to be renamed. */
  private static @Nullable BasicFileAttributes attributes(Path file) {
    String name = String.valueOf(file.getFileName());
    if (name.startsWith(".") || name.endsWith(".tmp") || name.endsWith(".part")) {
      return null;
    }
    try {
      return Files.readAttributes(file, BasicFileAttributes.class);
    } catch (IOException e) {
      return null;
    }
  }
}
