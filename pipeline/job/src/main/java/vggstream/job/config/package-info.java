/**
 * The job's options: one table of them ({@link vggstream.job.config.JobOption}), read from a
 * command line and a YAML file ({@link vggstream.job.config.JobCommandLine}), checked as a whole
 * ({@link vggstream.job.config.JobOptions}).
 */
@NullMarked
package vggstream.job.config;

import org.jspecify.annotations.NullMarked;
