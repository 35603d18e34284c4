/**
 * The paper's networks (arXiv 1409.1556, Table 1) as data, and the ONNX graphs that train and apply
 * them, gradients included. Entry: {@link vggstream.train.network.Network}.
 */
@NullMarked
package vggstream.train.network;

import org.jspecify.annotations.NullMarked;
