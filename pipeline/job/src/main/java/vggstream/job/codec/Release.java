package vggstream.job.codec;

/**
 * A model as it was put into service on the topic of releases.
 *
 * @param role its part
 * @param name in its card
 * @param version in its card
 * @param uri of its file, for one of Flink's file systems
 * @param sha256 of its file, 64 lower-case hexadecimal digits
 * @param share of the events that a canary answers, 0..1; of other roles 1
 */
public record Release(
    ModelRole role, String name, String version, String uri, String sha256, double share) {
  public Release {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share must be within 0..1: was " + share);
    }
  }

  /** Whether this is the same file in the same part, whatever its share. */
  public boolean isSameModelAs(Release other) {
    return role == other.role
        && name.equals(other.name)
        && version.equals(other.version)
        && sha256.equals(other.sha256);
  }

  @Override
  public String toString() {
    return role == ModelRole.CANARY
        ? "%s %s %s (%s) with a share of %s".formatted(role, name, version, sha256, share)
        : "%s %s %s (%s)".formatted(role, name, version, sha256);
  }
}
