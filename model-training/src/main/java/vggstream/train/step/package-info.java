/**
 * One optimisation step (paper, section 3.1) on ONNX Runtime's C++ API by Bytedeco. Entry: {@link
 * vggstream.train.step.TrainingStep}.
 */
@NullMarked
package vggstream.train.step;

import org.jspecify.annotations.NullMarked;
