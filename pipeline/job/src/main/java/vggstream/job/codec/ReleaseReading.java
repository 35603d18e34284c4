package vggstream.job.codec;

/** What came of reading a record of the topic of releases. */
public sealed interface ReleaseReading {

  /** A model shall be put into service. */
  record Released(Release release) implements ReleaseReading {}

  /** The model of a part shall be taken out of service. */
  record Retired(ModelRole role) implements ReleaseReading {}

  /**
   * Nothing that can be done.
   *
   * @param message for people: the rule and the value
   */
  record Invalid(String message) implements ReleaseReading {}
}
