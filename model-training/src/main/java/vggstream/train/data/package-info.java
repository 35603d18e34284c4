/**
 * Labelled images and how training sees them (paper, section 3.1): the layouts of data sets, the
 * held-out share, the random crops or whole images, the colours' mean and shifts, and the loader
 * that decodes ahead of the optimiser. Entry: {@link vggstream.train.data.DataSets} and {@link
 * vggstream.train.data.BatchLoader}.
 */
@NullMarked
package vggstream.train.data;

import org.jspecify.annotations.NullMarked;
