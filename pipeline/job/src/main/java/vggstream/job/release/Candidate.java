package vggstream.job.release;

import vggstream.job.codec.Release;
import vggstream.job.codec.SourceRecord;

/**
 * A release, and the record that said so, which a dead letter may have to carry.
 *
 * @param record as it was read
 */
public record Candidate(Release release, SourceRecord record) {}
