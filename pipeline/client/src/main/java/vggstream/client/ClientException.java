package vggstream.client;

/** What stops a command. The message is for the person who typed it: the rule and the value. */
public final class ClientException extends Exception {
  private static final long serialVersionUID = 1L;

  public ClientException(String message) {
    super(message);
  }

  public ClientException(String message, Throwable cause) {
    super(message, cause);
  }
}
