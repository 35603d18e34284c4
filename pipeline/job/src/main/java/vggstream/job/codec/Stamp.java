package vggstream.job.codec;

import org.jspecify.annotations.Nullable;

/**
 * Which models shall answer an event. Each is told whole, so that an event that waits in a
 * checkpoint can be answered by its model wherever it is restored.
 *
 * @param model that answers; null: the one of the options
 * @param fallback that answers if that one cannot be loaded any more; null: the one of the options
 * @param shadow that answers too, elsewhere; null: none
 */
public record Stamp(@Nullable Release model, @Nullable Release fallback, @Nullable Release shadow) {

  /** No release is live: the model of the options answers. */
  public static final Stamp NONE = new Stamp(null, null, null);
}
