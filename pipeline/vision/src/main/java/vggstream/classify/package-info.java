/**
 * Dense multi-scale classification as in section 3.2 of the paper: class score maps averaged over
 * space, soft-max, posteriors averaged over mirror images, scales and networks. Entry: {@link
 * vggstream.classify.DenseClassifier}.
 */
@NullMarked
package vggstream.classify;

import org.jspecify.annotations.NullMarked;
