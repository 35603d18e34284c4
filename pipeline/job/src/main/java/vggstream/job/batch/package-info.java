/**
 * Micro-batches: images are decoded and rescaled straight into batches of their height and width,
 * run through the network, and answered one by one. No Flink and no Kafka. Entry: {@link
 * vggstream.job.batch.SharedClassifiers}; the work is {@link vggstream.job.batch.MicroBatcher}'s.
 */
@NullMarked
package vggstream.job.batch;

import org.jspecify.annotations.NullMarked;
