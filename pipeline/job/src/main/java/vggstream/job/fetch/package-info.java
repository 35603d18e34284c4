/**
 * Reads images that events give by uri, through Flink's file systems: only below the roots that the
 * options allow, within limits of size and time, again where errors are transient, checked by
 * length and SHA-256. Entry: {@link vggstream.job.fetch.Fetcher}.
 */
@NullMarked
package vggstream.job.fetch;

import org.jspecify.annotations.NullMarked;
