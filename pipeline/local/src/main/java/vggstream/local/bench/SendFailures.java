package vggstream.local.bench;

import vggstream.client.ImageFile;
import vggstream.client.ImageSender;
import vggstream.local.run.RunFailedException;

/** Remembers that an event was not sent: then nothing can be measured. */
final class SendFailures implements ImageSender.Listener {
  private volatile String reason = "";

  @Override
  public void delivered(ImageFile file, long bytes) {}

  @Override
  public void failed(ImageFile file, String why) {
    reason = file.path() + " " + why;
  }

  void require() throws RunFailedException {
    if (!reason.isEmpty()) {
      throw new RunFailedException(reason);
    }
  }
}
