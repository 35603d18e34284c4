package vggstream.train;

/** Asks training to end after the step that is being made, with a checkpoint. From any thread. */
public final class StopSignal {
  private volatile boolean requested;

  public void request() {
    requested = true;
  }

  boolean isRequested() {
    return requested;
  }
}
