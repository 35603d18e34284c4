package vggstream.job.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import vggstream.image.Size;

/**
 * One option of the job. The same word names it on the command line ({@code --batch-size 16}), in
 * the YAML file ({@code batch-size: 16}) and wherever else the job's options are given.
 *
 * @param <T> type of its value
 */
public final class JobOption<T> {
  private static final List<JobOption<?>> ALL = new ArrayList<>();

  // ---- Kafka

  static final JobOption<String> BOOTSTRAP_SERVERS =
      required(
          "bootstrap-servers", OptionType.TEXT, "Kafka brokers, HOST:PORT, separated by commas.");
  static final JobOption<String> INPUT_TOPIC =
      option("input-topic", OptionType.TEXT, "image-events", "Topic of ImageEvent records.");
  static final JobOption<String> PREDICTIONS_TOPIC =
      option("predictions-topic", OptionType.TEXT, "predictions", "Topic of Prediction records.");
  static final JobOption<String> DEAD_LETTERS_TOPIC =
      option("dead-letters-topic", OptionType.TEXT, "dead-letters", "Topic of DeadLetter records.");
  static final JobOption<String> GROUP_ID =
      option(
          "group-id",
          OptionType.TEXT,
          "vgg-stream",
          "Consumer group. Offsets are committed to it for monitoring; the job restarts from its"
              + " checkpoint.");
  static final JobOption<StartingOffsets> STARTING_OFFSETS =
      option(
          "starting-offsets",
          OptionType.choice(StartingOffsets.class),
          "committed",
          "Where a job without a checkpoint starts: at the group's committed offsets (earliest"
              + " where there are none), or at an end of the topic.");
  static final JobOption<String> TRANSACTIONAL_ID_PREFIX =
      option(
          "transactional-id-prefix",
          OptionType.TEXT,
          "vgg-stream",
          "Prefix of transactional ids; must be unique among the running jobs of a Kafka cluster."
              + " The sinks append -predictions and -dead-letters.");
  static final JobOption<Duration> TRANSACTION_TIMEOUT =
      option(
          "transaction-timeout",
          OptionType.DURATION,
          "10 min",
          "After which the broker aborts an open transaction. At most the brokers'"
              + " transaction.max.timeout.ms (15 min by default). A job that is down for longer"
              + " loses the answers of its last checkpoint interval.");
  static final JobOption<Long> MAX_RECORD_BYTES =
      option(
          "max-record-bytes",
          OptionType.BYTES,
          "25 MiB",
          "Largest record of the topics, whose max.message.bytes must allow it; no larger answer is"
              + " written.");

  // ---- the model and how it is applied

  static final JobOption<List<String>> MODEL =
      required(
          "model",
          OptionType.TEXTS,
          "Model file, at this path on every TaskManager. Several, separated by commas, are an"
              + " ensemble: of the same labels, their posteriors averaged.");
  static final JobOption<String> LOCALISER =
      option(
          "localiser",
          OptionType.TEXT,
          null,
          "Model file that gives boxes, at this path on every TaskManager; of the model's crop side,"
              + " stride and labels. Default: no boxes, unless the model gives them itself.");
  static final JobOption<List<Integer>> SCALES =
      option(
          "scales",
          OptionType.integers(1, 1 << 14),
          null,
          "Smaller sides Q in pixels, separated by commas. Default: the paper's several scales for"
              + " the model's training scale.");
  static final JobOption<Boolean> FLIP =
      option(
          "flip",
          OptionType.YES_NO,
          "true",
          "Whether the mirror image is classified too, and the posteriors averaged.");
  static final JobOption<Integer> TOP_K =
      option("top-k", OptionType.integer(1, 1000), "5", "Classes in a prediction.");
  static final JobOption<List<String>> DEVICE =
      option(
          "device",
          OptionType.TEXTS,
          "auto",
          "cpu, cuda:N, or auto: the first CUDA device, else cpu. Several, such as cuda:0,cuda:1,"
              + " each get the model, and the next batch whenever they are free.");

  // ---- model releases

  static final JobOption<String> MODELS_TOPIC =
      option(
          "models-topic",
          OptionType.TEXT,
          null,
          "Topic of ModelRelease records, by which models are put into service while the job runs."
              + " Default: none; the model answers all.");
  static final JobOption<String> MODELS_LIVE_TOPIC =
      option(
          "models-live-topic",
          OptionType.TEXT,
          "models-live",
          "Topic where the job says which models are live; used with models-topic.");
  static final JobOption<String> SHADOW_PREDICTIONS_TOPIC =
      option(
          "shadow-predictions-topic",
          OptionType.TEXT,
          "shadow-predictions",
          "Topic of the predictions of a shadow; used with models-topic.");

  // ---- batches

  static final JobOption<Integer> BATCH_SIZE =
      option(
          "batch-size",
          OptionType.integer(1, 4096),
          "16",
          "Most images of one run of the model; an image and its mirror image count once.");
  static final JobOption<Duration> BATCH_LINGER =
      option(
          "batch-linger",
          OptionType.DURATION,
          "20 ms",
          "How long an image may wait for others of its height and width.");
  static final JobOption<Long> BATCH_PIXELS =
      option(
          "batch-pixels",
          OptionType.PIXELS,
          "4 MP",
          "Most pixels of one run: a batch of large images holds fewer than batch-size.");
  static final JobOption<Long> BATCH_MEMORY =
      option(
          "batch-memory",
          OptionType.BYTES,
          "128 MiB",
          "Direct memory of all batches of a TaskManager that are being filled or run; decoding"
              + " waits for it.");
  static final JobOption<Integer> SIZE_MULTIPLE =
      option(
          "size-multiple",
          OptionType.integer(1, 256),
          "1",
          "Sides of rescaled images are rounded to multiples of this, so that images of nearly one"
              + " shape share batches; 32 is a VGG's stride. 1: not rounded, as in the paper.");
  static final JobOption<Boolean> WARM_UP =
      option(
          "warm-up",
          OptionType.YES_NO,
          "true",
          "Whether the model is run before the first image, with the shapes of images that came"
              + " last in this TaskManager, or of warm-up-sizes.");
  static final JobOption<List<Size>> WARM_UP_SIZES =
      option(
          "warm-up-sizes",
          OptionType.SIZES,
          null,
          "WIDTHxHEIGHT of images to expect, separated by commas. Default: a square one.");
  static final JobOption<Integer> INFERENCE_CONCURRENCY =
      option(
          "inference-concurrency",
          OptionType.integer(0, 64),
          "0",
          "Runs of the model at a time in a TaskManager and on a device; 0: one on a GPU, on the"
              + " processor as many as there are cores for their threads, at most 4.");
  static final JobOption<Integer> INFERENCE_THREADS =
      option(
          "inference-threads",
          OptionType.integer(0, 1024),
          "0",
          "Processor threads of one run; 0: the cores divided by the runs at a time.");
  static final JobOption<Integer> DECODE_THREADS =
      option(
          "decode-threads",
          OptionType.integer(0, 1024),
          "0",
          "Threads of a TaskManager that decode and rescale; 0: as many as there are cores.");
  static final JobOption<Integer> CAPACITY =
      option(
          "capacity",
          OptionType.integer(1, 1 << 16),
          "64",
          "Most images in flight in one subtask, and so in a checkpoint; at least 2 * batch-size.");
  static final JobOption<Duration> TIMEOUT =
      option(
          "timeout",
          OptionType.DURATION,
          "5 min",
          "After which an image that has no answer becomes a dead letter; longer than a full capacity"
              + " takes.");

  // ---- images given by uri

  static final JobOption<List<FileUri>> FETCH_ROOTS =
      option(
          "fetch-roots",
          OptionType.FOLDERS,
          null,
          "Folders below which images may be read that events give by uri, separated by commas, such"
              + " as s3://bucket/images/ or file:///data/frames/. Default: none; such an event then"
              + " becomes a dead letter.");
  static final JobOption<Duration> FETCH_TIMEOUT =
      option(
          "fetch-timeout",
          OptionType.DURATION,
          "30 s",
          "For reading one image by uri, all attempts together; at most timeout.");
  static final JobOption<Integer> FETCH_ATTEMPTS =
      option(
          "fetch-attempts",
          OptionType.integer(1, 100),
          "4",
          "Attempts to read an image by uri, where errors are transient; the pause between them"
              + " begins at 200 ms and doubles.");
  static final JobOption<Integer> FETCH_THREADS =
      option(
          "fetch-threads",
          OptionType.integer(1, 1024),
          "8",
          "Images that one subtask reads by uri at a time.");

  // ---- limits

  static final JobOption<Long> MAX_IMAGE_BYTES =
      option("max-image-bytes", OptionType.BYTES, "20 MiB", "Largest encoded image.");
  static final JobOption<Long> MAX_IMAGE_PIXELS =
      option(
          "max-image-pixels",
          OptionType.PIXELS,
          "50 MP",
          "Most pixels of an image, checked from its header before decoding.");
  static final JobOption<Long> MAX_RESCALED_PIXELS =
      option(
          "max-rescaled-pixels", OptionType.PIXELS, "4 MP", "Most pixels of an image at a scale.");
  static final JobOption<Long> MAX_DEAD_LETTER_RECORD_BYTES =
      option(
          "max-dead-letter-record-bytes",
          OptionType.BYTES,
          "1 MiB",
          "Dead letters carry the record that failed if it is no larger.");

  // ---- the stream

  static final JobOption<Duration> CHECKPOINT_INTERVAL =
      option(
          "checkpoint-interval",
          OptionType.DURATION,
          "10 s",
          "Time between checkpoints: answers become visible to read_committed readers with each.");
  static final JobOption<Duration> RESTART_DELAY =
      option(
          "restart-delay",
          OptionType.DURATION,
          "5 s",
          "Pause before the job is restarted after a failure; it restarts without limit.");

  private final String key;
  private final OptionType<T> type;
  private final @Nullable String defaultText;
  private final boolean required;
  private final String description;

  private JobOption(
      String key,
      OptionType<T> type,
      @Nullable String defaultText,
      boolean required,
      String description) {
    this.key = key;
    this.type = type;
    this.defaultText = defaultText;
    this.required = required;
    this.description = description;
    ALL.add(this);
  }

  private static <T> JobOption<T> required(String key, OptionType<T> type, String description) {
    return new JobOption<>(key, type, null, true, description);
  }

  private static <T> JobOption<T> option(
      String key, OptionType<T> type, @Nullable String defaultText, String description) {
    return new JobOption<>(key, type, defaultText, false, description);
  }

  /** Every option, in the order of the documentation. */
  public static List<JobOption<?>> all() {
    return List.copyOf(ALL);
  }

  /** Its word, without dashes before it. */
  public String key() {
    return key;
  }

  /** What values look like. */
  public String typeName() {
    return type.name();
  }

  /** The default as one would write it; null if there is none. */
  public @Nullable String defaultText() {
    return defaultText;
  }

  /** Whether it must be given. */
  public boolean isRequired() {
    return required;
  }

  /** One or two sentences. */
  public String description() {
    return description;
  }

  boolean isYesNo() {
    return type == (Object) OptionType.YES_NO;
  }

  T parse(String text) {
    return type.parse().apply(text);
  }
}
