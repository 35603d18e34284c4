/**
 * The training run (paper, section 3.1): loop, validation, export, and the command line. Entry:
 * {@link vggstream.train.VggTrain}, {@link vggstream.train.Trainer}.
 */
@NullMarked
package vggstream.train;

import org.jspecify.annotations.NullMarked;
