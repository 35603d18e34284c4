package vggstream.job.topology;

import java.io.IOException;
import java.util.Objects;
import org.apache.flink.api.common.typeutils.CompositeTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Another serializer's bytes, and no copies. */
public final class ImmutableSerializer<T> extends TypeSerializer<T> {
  private static final long serialVersionUID = 1L;

  private final TypeSerializer<T> bytes;

  ImmutableSerializer(TypeSerializer<T> bytes) {
    this.bytes = bytes;
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public TypeSerializer<T> duplicate() {
    TypeSerializer<T> duplicate = bytes.duplicate();
    return duplicate == bytes ? this : new ImmutableSerializer<>(duplicate);
  }

  @Override
  public T createInstance() {
    return bytes.createInstance();
  }

  @Override
  public T copy(T from) {
    return from;
  }

  @Override
  public T copy(T from, T reuse) {
    return from;
  }

  @Override
  public int getLength() {
    return bytes.getLength();
  }

  @Override
  public void serialize(T record, DataOutputView target) throws IOException {
    bytes.serialize(record, target);
  }

  @Override
  public T deserialize(DataInputView source) throws IOException {
    return bytes.deserialize(source);
  }

  @Override
  public T deserialize(T reuse, DataInputView source) throws IOException {
    return bytes.deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    bytes.copy(source, target);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImmutableSerializer<?> o && bytes.equals(o.bytes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(ImmutableSerializer.class, bytes);
  }

  @Override
  public TypeSerializerSnapshot<T> snapshotConfiguration() {
    return new Snapshot<>(this);
  }

  /** What a checkpoint says of it: no more than what it says of the other. */
  public static final class Snapshot<T>
      extends CompositeTypeSerializerSnapshot<T, ImmutableSerializer<T>> {
    private static final int VERSION = 1;

    /** For Flink, which reads one. */
    public Snapshot() {}

    Snapshot(ImmutableSerializer<T> serializer) {
      super(serializer);
    }

    @Override
    protected int getCurrentOuterSnapshotVersion() {
      return VERSION;
    }

    @Override
    protected TypeSerializer<?>[] getNestedSerializers(ImmutableSerializer<T> outer) {
      return new TypeSerializer<?>[] {outer.bytes};
    }

    @Override
    @SuppressWarnings("unchecked") // the one above
    protected ImmutableSerializer<T> createOuterSerializerWithNestedSerializers(
        TypeSerializer<?>[] nested) {
      return new ImmutableSerializer<>((TypeSerializer<T>) nested[0]);
    }
  }
}
