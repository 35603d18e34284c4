/** Tests of localisation. */
@NullMarked
package vggstream.localise;

import org.jspecify.annotations.NullMarked;
