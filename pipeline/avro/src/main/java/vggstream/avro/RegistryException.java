package vggstream.avro;

/**
 * The registry did not answer for as long as it was asked, or refuses this user: nothing is wrong
 * with the record, which must not be given up for it.
 */
public final class RegistryException extends Exception {
  private static final long serialVersionUID = 1L;

  RegistryException(String message) {
    super(message);
  }

  RegistryException(String message, Throwable cause) {
    super(message, cause);
  }
}
