package vggstream.client;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import vggstream.client.ImageSender.CapturedAt;

/** Files and folders of images to a topic of ImageEvents. */
@Command(
    name = "send",
    description =
        "Sends files, and all files of folders, as events keyed by their source. An event's id is"
            + " the path relative to the given folder, or the given file's name.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class SendCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "Where the events go (default: image-events).")
  private String topic = "image-events";

  @Option(
      names = "--source",
      paramLabel = "NAME",
      description =
          "Source of all events, for example the camera's name; the key. Without it: the name of"
              + " the folder that holds the file.")
  private @Nullable String source;

  @Option(
      names = "--id-prefix",
      paramLabel = "TEXT",
      description = "What the events' ids begin with, to keep the ids of several calls apart.")
  private String idPrefix = "";

  @Option(
      names = "--captured-at",
      paramLabel = "now|file_time",
      description =
          "The events' time: that of sending, or the file's last modification (default: now).")
  private CapturedAt capturedAt = CapturedAt.NOW;

  @Option(names = "--no-recursive", description = "Leaves out folders within the given folders.")
  private boolean flat;

  @Option(
      names = "--only-images",
      description =
          "Leaves out files whose header is not that of an image. Without it every file is sent,"
              + " and the job answers what is no image with a dead letter.")
  private boolean onlyImages;

  @Option(names = "--no-progress", description = "Draws no progress bar.")
  private boolean noProgress;

  @Parameters(arity = "1..*", paramLabel = "PATH", description = "Files or folders.")
  private List<Path> paths = List.of();

  @Override
  public Integer call() throws ClientException {
    KafkaCluster cluster = kafka.cluster();
    var files = new ImageFiles(idPrefix, source == null || source.isEmpty() ? null : source, !flat);
    long count = count(files);
    SendReport report = new SendReport(spec.commandLine().getErr());
    try (ImageSender sender = ImageSender.open(cluster, topic, capturedAt, report);
        ProgressBar bar = SendReport.bar(count, noProgress)) {
      report.draws(bar);
      for (Path path : paths) {
        send(files, path, sender, report);
      }
      sender.flush();
    } catch (ClientException e) {
      report.print(spec.commandLine().getOut(), count);
      throw e;
    }
    report.print(spec.commandLine().getOut(), count);
    return report.failed() == 0 ? 0 : 1;
  }

  private void send(ImageFiles files, Path path, ImageSender sender, SendReport report)
      throws ClientException {
    try (Stream<ImageFile> stream = under(files, path)) {
      for (Iterator<ImageFile> i = stream.iterator(); i.hasNext(); ) {
        ImageFile file = i.next();
        if (!onlyImages) {
          sender.send(file);
        } else if (!sender.sendIfImage(file)) {
          report.leftOut();
        }
      }
    } catch (UncheckedIOException e) {
      throw unreadable(path, requireNonNull(e.getCause()));
    }
  }

  /** Counts the files, and refuses two of one id. */
  private long count(ImageFiles files) throws ClientException {
    long count = 0;
    Map<String, Path> seen = new HashMap<>();
    for (Path path : paths) {
      try (Stream<ImageFile> stream = under(files, path)) {
        for (Iterator<ImageFile> i = stream.iterator(); i.hasNext(); count++) {
          ImageFile file = i.next();
          Path other = paths.size() == 1 ? null : seen.put(file.eventId(), file.path());
          if (other != null) {
            throw new ClientException(
                String.format(
                    Locale.ROOT,
                    "ids must be unique: %s and %s would both be %s; send them in two calls with"
                        + " another --id-prefix",
                    other,
                    file.path(),
                    file.eventId()));
          }
        }
      } catch (UncheckedIOException e) {
        throw unreadable(path, requireNonNull(e.getCause()));
      }
    }
    if (count == 0) {
      throw new ClientException("there is no file under " + paths);
    }
    return count;
  }

  private static Stream<ImageFile> under(ImageFiles files, Path path) throws ClientException {
    try {
      return files.under(path);
    } catch (NoSuchFileException e) {
      throw new ClientException("there is nothing at " + path, e);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static ClientException unreadable(Path path, IOException e) {
    String file = e instanceof FileSystemException f ? f.getFile() : null;
    return new ClientException(
        (file == null ? path : file) + " cannot be read: " + ClientException.reason(e), e);
  }
}
