/** Tests of tensors' memory. */
@NullMarked
package vggstream.tensor;

import org.jspecify.annotations.NullMarked;
