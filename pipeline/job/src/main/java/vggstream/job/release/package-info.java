/**
 * Model releases: which are live in a subtask, which event each answers, and how their files are
 * fetched through Flink's file systems, checked and loaded in the background. Entry: {@link
 * vggstream.job.release.Releases}; the operator that drives it is {@link
 * vggstream.job.operator.StampModels}.
 */
@NullMarked
package vggstream.job.release;

import org.jspecify.annotations.NullMarked;
