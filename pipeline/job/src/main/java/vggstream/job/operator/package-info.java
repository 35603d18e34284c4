/**
 * The job's operators: reading events, classifying them asynchronously, parting answers. Image
 * bytes stay encoded until inside {@link vggstream.job.operator.Classify}, so checkpoints hold
 * JPEG, not tensors.
 */
@NullMarked
package vggstream.job.operator;

import org.jspecify.annotations.NullMarked;
