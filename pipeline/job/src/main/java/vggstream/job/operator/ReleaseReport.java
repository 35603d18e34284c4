package vggstream.job.operator;

import org.jspecify.annotations.Nullable;
import vggstream.job.codec.DeadLetterReason;
import vggstream.job.codec.ModelRole;
import vggstream.job.codec.Release;
import vggstream.job.codec.SourceRecord;

/**
 * What a subtask says of releases.
 *
 * @param subtask index, from 0
 * @param subtasks in all
 * @param role that is reported; null if something was refused
 * @param live what plays the part there now; null if nothing does, or something was refused
 * @param refused record of the release that was refused; null if none was
 * @param reason why; null if none was refused
 * @param message why, for people; empty if none was refused
 */
public record ReleaseReport(
    int subtask,
    int subtasks,
    @Nullable ModelRole role,
    @Nullable Release live,
    @Nullable SourceRecord refused,
    @Nullable DeadLetterReason reason,
    String message) {

  static ReleaseReport live(int subtask, int subtasks, ModelRole role, @Nullable Release live) {
    return new ReleaseReport(subtask, subtasks, role, live, null, null, "");
  }
}
