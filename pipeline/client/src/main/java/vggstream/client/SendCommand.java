package vggstream.client;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
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
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import vggstream.client.ImageSender.CapturedAt;

/** Files and folders of images, or the frames of a video, to a topic of ImageEvents. */
@Command(
    name = "send",
    description =
        "Sends files, and all files of folders, as events keyed by their source. An event's id is"
            + " the path relative to the given folder, or the given file's name. With --video:"
            + " frames of a video file, a camera or a stream.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class SendCommand implements Callable<Integer> {
  /** Between two looks at a folder. */
  private static final Duration LOOK = Duration.ofMillis(500);

  /** On Ctrl-C: what is sent is acknowledged. */
  private static final Duration FLUSH = Duration.ofSeconds(30);

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka = new KafkaOptions();
  @Mixin private VideoOptions video = new VideoOptions();

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

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "At most N events a second, evenly, for example 0.5 or 30 (default: no limit).")
  private double rate = Double.POSITIVE_INFINITY;

  @Option(
      names = "--references",
      description =
          "Sends uri, SHA-256 and length of each file instead of its bytes; the job reads the file"
              + " there, if it lies below its --fetch-roots.")
  private boolean references;

  @Option(
      names = "--base-uri",
      paramLabel = "URI",
      description =
          "With --references: the uris are this and the path relative to the given folder, for"
              + " example s3://bucket/images/ (default: the file itself, file:///...).")
  private @Nullable URI baseUri;

  @Option(
      names = "--watch",
      description =
          "Goes on: sends each file that appears in the folder, once it is complete, until it is"
              + " stopped.")
  private boolean watch;

  @Option(
      names = "--settle",
      paramLabel = "DURATION",
      description =
          "With --watch: a file is complete when it has not changed for so long (default: 2s).")
  private Duration settle = Duration.ofSeconds(2);

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description =
          "With --watch, or a live --video: ends when no file became complete, or no frame came, for"
              + " so long (default: goes on).")
  private @Nullable Duration timeout;

  @Parameters(
      arity = "0..*",
      paramLabel = "PATH",
      description = "Files or folders; with --watch one folder; none with --video.")
  private List<Path> paths = List.of();

  @Override
  public Integer call() throws ClientException {
    if (video.areGiven(paths)) {
      return sendVideo();
    }
    if (paths.isEmpty()) {
      throw wrong("files, folders or --video must be given: none was");
    }
    var files = new ImageFiles(idPrefix, source == null || source.isEmpty() ? null : source, !flat);
    Pacer pacer;
    FileUris uris;
    try {
      pacer = new Pacer(rate, System::nanoTime);
      uris = references ? new FileUris(files, baseUri) : null;
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
    if (baseUri != null && !references) {
      throw wrong("--base-uri must go with --references: was alone");
    }
    if (timeout != null && !watch) {
      throw wrong("--timeout must go with --watch: was alone");
    }
    if (watch && (paths.size() != 1 || !Files.isDirectory(paths.get(0)))) {
      throw wrong("--watch must be given one folder: was given " + paths);
    }
    KafkaCluster cluster = kafka.cluster();
    long count = watch ? 0 : count(files);
    SendReport report = new SendReport(spec.commandLine().getErr(), "files");
    var sending = new Sending(files, report, pacer);
    try (ImageSender sender = ImageSender.open(cluster, topic, capturedAt, report, uris);
        StopSignal signal = StopSignal.listen(() -> {}, FLUSH);
        ProgressBar bar = SendReport.bar(count, noProgress || watch)) {
      report.draws(bar);
      if (watch) {
        sending.watch(paths.get(0), sender, signal);
      } else {
        for (Path path : paths) {
          sending.send(path, sender, signal);
        }
      }
      sender.flush();
    } catch (ClientException e) {
      report.print(spec.commandLine().getOut(), Math.max(count, sending.taken));
      throw e;
    }
    report.print(spec.commandLine().getOut(), Math.max(count, sending.taken));
    return report.failed() == 0 && sending.taken >= count ? 0 : 1;
  }

  private int sendVideo() throws ClientException {
    VideoPlan plan = video.plan(source, idPrefix, timeout);
    Pacer pacer;
    try {
      pacer = new Pacer(rate, System::nanoTime);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
    SendReport report = new SendReport(spec.commandLine().getErr(), "frames");
    try (ImageSender sender = ImageSender.open(kafka.cluster(), topic, CapturedAt.NOW, report);
        StopSignal signal = StopSignal.listen(() -> {}, FLUSH)) {
      var sending = new VideoSending(plan, sender, signal, pacer, report::warn, Clock.systemUTC());
      try {
        sending.run();
        sender.flush();
      } finally {
        report.print(spec.commandLine().getOut(), sending.taken());
      }
      return report.failed() == 0 && sending.isWhole() ? 0 : 1;
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** One call's way through the files. */
  private final class Sending {
    private final ImageFiles files;
    private final SendReport report;
    private final Pacer pacer;
    private long taken;

    Sending(ImageFiles files, SendReport report, Pacer pacer) {
      this.files = files;
      this.report = report;
      this.pacer = pacer;
    }

    void send(Path path, ImageSender sender, StopSignal signal) throws ClientException {
      try (Stream<ImageFile> stream = under(files, path)) {
        for (Iterator<ImageFile> i = stream.iterator(); i.hasNext(); ) {
          if (signal.isStopped() || !send(i.next(), sender, signal)) {
            return;
          }
        }
      } catch (UncheckedIOException e) {
        throw unreadable(path, requireNonNull(e.getCause()));
      }
    }

    /** Sends one file when its turn comes; false if the command was stopped before. */
    private boolean send(ImageFile file, ImageSender sender, StopSignal signal)
        throws ClientException {
      if (signal.await(pacer.take())) {
        return false;
      }
      taken++;
      if (!onlyImages) {
        sender.send(file);
      } else if (!sender.sendIfImage(file)) {
        report.leftOut();
      }
      return true;
    }

    void watch(Path folder, ImageSender sender, StopSignal signal) throws ClientException {
      var complete = new FolderWatch(settle, System::nanoTime);
      long last = System.nanoTime();
      while (true) {
        for (ImageFile file : look(complete, folder)) {
          if (!send(file, sender, signal)) {
            return;
          }
          last = System.nanoTime();
        }
        sender.flush(); // also tells that the brokers take no more
        if (timeout != null && System.nanoTime() - last >= timeout.toNanos()) {
          return;
        }
        if (signal.await(LOOK.toNanos())) {
          return;
        }
      }
    }

    /** A folder that goes away while it is listed is looked at again the next time. */
    private List<ImageFile> look(FolderWatch complete, Path folder) throws ClientException {
      try (Stream<ImageFile> stream = files.under(folder)) {
        return complete.look(stream);
      } catch (NoSuchFileException e) {
        return List.of();
      } catch (IOException e) {
        throw unreadable(folder, e);
      } catch (UncheckedIOException e) {
        if (e.getCause() instanceof NoSuchFileException) {
          return List.of();
        }
        throw unreadable(folder, requireNonNull(e.getCause()));
      }
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
