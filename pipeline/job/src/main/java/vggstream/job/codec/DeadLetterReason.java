package vggstream.job.codec;

/** Why a record was given up: {@code reason} of a dead letter. */
public enum DeadLetterReason {
  /** The record has no value. */
  NO_VALUE("The record has no value (a tombstone)."),
  /** The value is not an ImageEvent. */
  NOT_AN_IMAGE_EVENT(
      "The value is not an ImageEvent in Avro's binary encoding: plain, or with its schema's id if"
          + " there is a schema registry."),
  /** The registry does not know it. */
  UNKNOWN_SCHEMA("The schema registry has no Avro schema of the id that the value begins with."),
  /** The event breaks a rule of its schema's documentation. */
  INVALID_EVENT("The event breaks a rule: no eventId or source, or not one of payload and uri."),
  /** A uri that is not to be read. */
  REFERENCE_NOT_ALLOWED(
      "The uri is not one below fetch-roots: another place, a link out of it, a path with `..` or"
          + " the like, or no plain file."),
  /** Nothing there. */
  REFERENCE_NOT_FOUND("There is no file at the uri."),
  /** Every attempt failed. */
  REFERENCE_UNREADABLE(
      "The file at the uri could not be read: access is denied, or each of fetch-attempts failed."),
  /** It took too long. */
  REFERENCE_TIMEOUT("The file at the uri was not read within fetch-timeout."),
  /** Not of the length that was said. */
  LENGTH_DIFFERS("The image has not the length that the event says."),
  /** Not of the SHA-256 that was said. */
  SHA256_DIFFERS("The image has not the SHA-256 that the event says."),
  /** No bytes. */
  EMPTY("The image has no bytes."),
  /** Over a limit. */
  TOO_LARGE(
      "The image has more than max-image-bytes or max-image-pixels, or at one of the scales more"
          + " than max-rescaled-pixels."),
  /** Not an image that is read. */
  UNSUPPORTED_FORMAT("Not JPEG, PNG, WebP, BMP, TIFF or GIF, or a variant that is not read."),
  /** Nothing to see. */
  ZERO_SIZED("The image has a width or height of zero."),
  /** Ends early. */
  TRUNCATED("The data ends before the image does."),
  /** Contradicts its format. */
  CORRUPT("The data contradicts its format."),
  /** The runtime failed. */
  INFERENCE_FAILED(
      "The runtime failed on this image, alone in its batch, while it runs a small black one."),
  /** More than the device has. */
  OUT_OF_MEMORY(
      "The runtime has not the memory for this image, not even alone in its batch, while it runs a"
          + " small one."),
  /** Infinite or not numbers. */
  SCORES_NOT_FINITE("The network's scores are infinite or not numbers."),
  /** Infinite or not numbers. */
  BOXES_NOT_FINITE("The boxes that the network predicts are infinite or not numbers."),
  /** A defect. */
  UNEXPECTED("A step failed as it never should; the message says how."),
  /** No answer in time. */
  TIMEOUT("There was no answer within timeout."),
  /** The prediction does not fit a record. */
  ANSWER_TOO_LARGE("The prediction has more bytes than max-record-bytes."),
  /** A record of models-topic that says nothing. */
  INVALID_RELEASE(
      "A record of models-topic is no ModelRelease, breaks a rule (role, sha256, share), or retires"
          + " the PRIMARY."),
  /** Its file is not there, or cannot be read. */
  RELEASE_UNREADABLE(
      "The file of a release could not be read: there is none, or each of several attempts"
          + " failed."),
  /** Its file is another one. */
  RELEASE_SHA256_DIFFERS("The file of a release has not the SHA-256 that the release says."),
  /** Its file is no model, or not for these options. */
  RELEASE_NOT_LOADABLE(
      "The file of a release is no model that can be loaded, or does not fit the options (scales,"
          + " localiser, device)."),
  /** Its file is another model. */
  RELEASE_CARD_DIFFERS("The model's card has not the name or version that the release says.");

  private final String description;

  DeadLetterReason(String description) {
    this.description = description;
  }

  /** One sentence for the documentation. */
  public String description() {
    return description;
  }
}
