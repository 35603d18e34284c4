/**
 * Encoded bytes to upright RGB pixels, and isotropic rescaling to a smaller side Q (paper, section
 * 3.2). The only package that touches OpenCV. Entry: {@link vggstream.image.ImageDecoder}.
 */
@NullMarked
package vggstream.image;

import org.jspecify.annotations.NullMarked;
