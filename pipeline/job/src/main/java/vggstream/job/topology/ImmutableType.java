package vggstream.job.topology;

import java.util.Objects;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * A type whose values nobody changes: written as Flink would, but never copied. Flink's
 * asynchronous operator copies each record that it takes in, which for ours would be the whole
 * image.
 */
final class ImmutableType<T> extends TypeInformation<T> {
  private static final long serialVersionUID = 1L;

  private final TypeInformation<T> type;

  private ImmutableType(TypeInformation<T> type) {
    this.type = type;
  }

  /** Of a class whose type Flink finds out. */
  static <T> TypeInformation<T> ofClass(Class<T> type) {
    return new ImmutableType<>(TypeInformation.of(type));
  }

  @Override
  public TypeSerializer<T> createSerializer(SerializerConfig config) {
    return new ImmutableSerializer<>(type.createSerializer(config));
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return type.getArity();
  }

  @Override
  public int getTotalFields() {
    return type.getTotalFields();
  }

  @Override
  public Class<T> getTypeClass() {
    return type.getTypeClass();
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof ImmutableType;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImmutableType<?> o && type.equals(o.type);
  }

  @Override
  public int hashCode() {
    return Objects.hash(ImmutableType.class, type);
  }

  @Override
  public String toString() {
    return "immutable " + type;
  }
}
