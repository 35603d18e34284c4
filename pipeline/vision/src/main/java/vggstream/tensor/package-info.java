/**
 * Shapes and off-heap buffers of the tensors that travel between decoding and the network. Entry:
 * {@link vggstream.tensor.PixelBatch}.
 */
@NullMarked
package vggstream.tensor;

import org.jspecify.annotations.NullMarked;
