/** The Flink job: image events in, predictions and dead letters out, exactly once. */
@NullMarked
package vggstream.job;

import org.jspecify.annotations.NullMarked;
