/**
 * Error of a classifier over labelled images (paper, section 4): it is given a function from images
 * to posteriors and knows no trainer. Entry: {@link
 * vggstream.train.evaluate.ClassificationEvaluator}.
 */
@NullMarked
package vggstream.train.evaluate;

import org.jspecify.annotations.NullMarked;
