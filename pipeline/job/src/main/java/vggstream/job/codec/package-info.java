/**
 * Between Kafka's bytes and the job's records: reads image events, writes predictions and dead
 * letters. No Flink. Entry: {@link vggstream.job.codec.ImageEventReader}, {@link
 * vggstream.job.codec.AnswerWriter}.
 */
@NullMarked
package vggstream.job.codec;

import org.jspecify.annotations.NullMarked;
