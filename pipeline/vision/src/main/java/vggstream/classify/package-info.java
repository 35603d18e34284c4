/**
 * Multi-scale classification as in sections 3.2 and 4 of the paper: densely (class score maps
 * averaged over space), by crops, or by both; soft-max, posteriors averaged over mirror images,
 * scales and networks. Entry: {@link vggstream.classify.DenseClassifier}.
 */
@NullMarked
package vggstream.classify;

import org.jspecify.annotations.NullMarked;
