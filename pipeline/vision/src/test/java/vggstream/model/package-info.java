/** The contract of {@link vggstream.model.DenseModel}, and model files for tests of any module. */
@NullMarked
package vggstream.model;

import org.jspecify.annotations.NullMarked;
