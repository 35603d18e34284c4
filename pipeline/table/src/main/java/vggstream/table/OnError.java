package vggstream.table;

/** What becomes of an image that cannot be answered: the option {@code on-error}. */
enum OnError {
  /** Every column is NULL. */
  NULL,
  /** The answer's columns are NULL; reason, stage and message say why. */
  ROW
}
