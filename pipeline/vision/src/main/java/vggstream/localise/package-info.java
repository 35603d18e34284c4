/** Localisation (paper, appendix A): boxes, and how much of them is shared. */
@NullMarked
package vggstream.localise;

import org.jspecify.annotations.NullMarked;
