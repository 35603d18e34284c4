/**
 * The state of a training run on disk, whole or not at all. Entry: {@link
 * vggstream.train.checkpoint.CheckpointStore}.
 */
@NullMarked
package vggstream.train.checkpoint;

import org.jspecify.annotations.NullMarked;
