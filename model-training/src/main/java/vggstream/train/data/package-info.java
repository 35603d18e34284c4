/**
 * Labelled images and how training sees them (paper, section 3.1): folders of classes, the held-out
 * share, the random rescaled and mirrored crops, the mean RGB, and the loader that decodes ahead of
 * the optimiser. Entry: {@link vggstream.train.data.BatchLoader}.
 */
@NullMarked
package vggstream.train.data;

import org.jspecify.annotations.NullMarked;
