package vggstream.job.batch;

/**
 * How long an image took.
 *
 * @param decodeMicros decoding and rescaling, all scales together
 * @param queueMicros waiting for a place in a batch and for the batch to run; the longest over the
 *     scales
 * @param inferenceMicros the network's runs, summed over the scales; a run counts in full for each
 *     image of its batch
 * @param batchSize images in the largest batch it was part of; with its mirror image it counts once
 */
public record Timings(long decodeMicros, long queueMicros, long inferenceMicros, int batchSize) {}
