package vggstream.avro;

import java.io.IOException;

/** A record names a schema that the registry does not have, or that is no Avro schema. */
public final class UnknownSchemaException extends IOException {
  private static final long serialVersionUID = 1L;

  UnknownSchemaException(String message) {
    super(message);
  }
}
