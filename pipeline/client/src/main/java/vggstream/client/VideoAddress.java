package vggstream.client;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a video is. Of a network address nothing is ever shown but scheme and host: the rest may
 * hold passwords, in the path too.
 *
 * @param uri for FFmpeg
 * @param format that FFmpeg must be told; null: it finds out
 * @param shown what may be printed
 * @param live whether frames come as they are captured
 * @param file on this machine; null for a network address and a device
 */
record VideoAddress(
    String uri, @Nullable String format, String shown, boolean live, @Nullable Path file) {
  private static final Pattern NETWORK = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)");
  private static final Pattern REST = Pattern.compile("[/?#].*");
  private static final Pattern USER = Pattern.compile("(?<=://)[^\\s'\"]*@");

  /** Over these nothing is recorded; what others bring has an end. */
  private static final Set<String> LIVE =
      Set.of("rtsp", "rtsps", "rtp", "srtp", "udp", "tcp", "srt", "rtmp", "rtmps");

  /**
   * Reads what was typed.
   *
   * @param format FFmpeg's name of the container or device; null: not given
   * @param live whether it was said to be live
   * @throws ClientException if there is no such file
   */
  static VideoAddress of(String text, @Nullable String format, boolean live)
      throws ClientException {
    Matcher network = NETWORK.matcher(text);
    if (network.matches() && !network.group(1).equalsIgnoreCase("file")) {
      String scheme = network.group(1).toLowerCase(Locale.ROOT);
      String shown = scheme + "://" + host(network.group(2));
      return new VideoAddress(text, format, shown, live || LIVE.contains(scheme), null);
    }
    String name = network.matches() ? network.group(2) : text;
    if (name.startsWith("/dev/")) {
      String device = format == null && name.startsWith("/dev/video") ? "video4linux2" : format;
      return new VideoAddress(name, device, name, true, null);
    }
    Path file = file(name);
    if (file == null || !Files.exists(file)) {
      if (format != null && !network.matches()) { // "0" is a camera of avfoundation's
        return new VideoAddress(name, format, name, true, null);
      }
      throw new ClientException("there is nothing at " + withoutUser(name));
    }
    if (Files.isDirectory(file)) {
      throw new ClientException("--video must be a file: " + file + " is a folder");
    }
    return new VideoAddress("file:" + file.toAbsolutePath(), format, file.toString(), live, file);
  }

  private static String host(String rest) {
    String authority = REST.matcher(rest).replaceFirst("");
    boolean isClear = rest.indexOf('@', authority.length()) < 0; // else a password may have a slash
    return isClear ? authority.substring(authority.lastIndexOf('@') + 1) : "...";
  }

  private static @Nullable Path file(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** A text without the user and password of the addresses in it. */
  static String withoutUser(String text) {
    return USER.matcher(text).replaceAll("***@");
  }

  /** Name of the file; of a device or an address what is shown. */
  String name() {
    return file == null || file.getFileName() == null ? shown : file.getFileName().toString();
  }

  @Override
  public String toString() {
    return shown;
  }
}
