/**
 * The job's ends at Kafka: a source of raw records with their origin, and the exactly-once sinks.
 * Entry: {@link vggstream.job.kafka.KafkaEnds}.
 */
@NullMarked
package vggstream.job.kafka;

import org.jspecify.annotations.NullMarked;
