/**
 * What the job measures: the table of its metrics ({@link vggstream.job.metric.JobMetric}), and the
 * values behind its histograms. No Flink.
 */
@NullMarked
package vggstream.job.metric;

import org.jspecify.annotations.NullMarked;
