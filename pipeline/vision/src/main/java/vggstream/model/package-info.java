/**
 * The port to a network that is applied densely (paper, section 3.2) and what is known of it.
 * Entry: {@link vggstream.model.DenseModel}, opened by {@link vggstream.model.DenseModels}.
 */
@NullMarked
package vggstream.model;

import org.jspecify.annotations.NullMarked;
