/**
 * Where the objects are (paper, appendix A): boxes that a network predicts for each window of an
 * image are merged, and rated by the class scores of the same windows. Entry: {@link
 * vggstream.localise.DenseLocaliser}; for the ground-truth class at the central crop {@link
 * vggstream.localise.CenterLocaliser}.
 */
@NullMarked
package vggstream.localise;

import org.jspecify.annotations.NullMarked;
