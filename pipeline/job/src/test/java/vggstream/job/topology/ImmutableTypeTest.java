package vggstream.job.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import vggstream.job.codec.ImageRequest;
import vggstream.job.codec.SourceRecord;
import vggstream.job.codec.Stamp;

class ImmutableTypeTest {
  private static final ImageRequest REQUEST =
      new ImageRequest(
          new SourceRecord(new byte[] {1}, new byte[] {2, 3, 4}, "t", 5, 6),
          "e",
          "s",
          7,
          1,
          2,
          null,
          Map.of("a", "b"),
          Stamp.NONE);

  private static TypeSerializer<ImageRequest> serializer() {
    return ImmutableType.ofClass(ImageRequest.class).createSerializer(new SerializerConfigImpl());
  }

  private static ImageRequest written(
      TypeSerializer<ImageRequest> writer, TypeSerializer<ImageRequest> reader) throws Exception {
    DataOutputSerializer out = new DataOutputSerializer(64);
    writer.serialize(REQUEST, out);
    return reader.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
  }

  @Test
  void imageIsNotCopied() {
    TypeSerializer<ImageRequest> serializer = serializer();
    assertSame(REQUEST, serializer.copy(REQUEST));
    assertSame(REQUEST, serializer.copy(REQUEST, REQUEST));
    assertTrue(serializer.isImmutableType());
    assertEquals(serializer, serializer.duplicate());
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    ImageRequest read = written(serializer(), serializer());
    assertEquals(REQUEST.eventId(), read.eventId());
    assertEquals(REQUEST.payload(), read.payload());
    assertEquals(REQUEST.attributes(), read.attributes());
    assertEquals(REQUEST.stamp(), read.stamp());
    assertArrayEquals(REQUEST.record().key(), read.record().key());
  }

  @Test
  void checkpointRestoresTheSerializer() throws Exception {
    DataOutputSerializer out = new DataOutputSerializer(64);
    TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer().snapshotConfiguration());
    TypeSerializerSnapshot<ImageRequest> snapshot =
        TypeSerializerSnapshot.readVersionedSnapshot(
            new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());
    assertTrue(
        serializer()
            .snapshotConfiguration()
            .resolveSchemaCompatibility(snapshot)
            .isCompatibleAsIs());
    assertEquals(REQUEST.payload(), written(serializer(), snapshot.restoreSerializer()).payload());
  }
}
