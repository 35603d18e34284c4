/**
 * Error over labelled images by a test-time protocol (paper, sections 3.2 and 4, appendix A).
 * Entry: {@link vggstream.train.evaluate.ClassificationEvaluator} and {@link
 * vggstream.train.evaluate.LocalisationEvaluator}; they receive a predict function and know no
 * trainer.
 */
@NullMarked
package vggstream.train.evaluate;

import org.jspecify.annotations.NullMarked;
