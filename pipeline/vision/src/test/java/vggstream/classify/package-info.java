/** Tests of dense classification against naive computations. */
@NullMarked
package vggstream.classify;

import org.jspecify.annotations.NullMarked;
