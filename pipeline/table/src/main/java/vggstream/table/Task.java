package vggstream.table;

/** What a model is asked for: the option {@code task}. */
enum Task {
  /** The most probable classes, and boxes where there is a localiser. */
  CLASSIFICATION,
  /** The features of the penultimate layer. */
  EMBEDDING
}
