package vggstream.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vggstream.avro.PlainAvro;
import vggstream.schema.ModelRelease;
import vggstream.schema.Origin;

class RecordTailTest {
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final RecordTail<ModelRelease> tail =
      new RecordTail<>(new KafkaCluster("host:1"), "models", ModelRelease.class, consumer);
  private final List<String> told = new ArrayList<>();
  private final RecordTail.Listener<ModelRelease> listener =
      new RecordTail.Listener<>() {
        @Override
        public void received(Origin origin, ModelRelease record) {
          told.add(origin.getOffset() + " " + record.getName());
        }

        @Override
        public void undecodable(Origin origin, String reason) {
          told.add(origin.getOffset() + " " + reason);
        }
      };

  @BeforeEach
  void assign() {
    var partition = new TopicPartition("models", 0);
    consumer.assign(List.of(partition));
    consumer.updateBeginningOffsets(Map.of(partition, 0L));
  }

  private void add(long offset, byte[] value) {
    consumer.addRecord(new ConsumerRecord<>("models", 0, offset, null, value));
  }

  @Test
  void undecodableRecordsAreToldAndReadingGoesOn() throws ClientException {
    var release = new ModelRelease("PRIMARY", "d", "1", "u", "s", 1.0, Map.of());
    byte[] good = new PlainAvro<>(ModelRelease.class).encode(release);
    add(0, good);
    add(1, new byte[] {0, 0});
    add(2, null);
    add(3, good);
    assertEquals(4, tail.poll(Duration.ofSeconds(1), listener));
    assertEquals(4, told.size());
    assertEquals("0 d", told.get(0));
    assertEquals("1 not a ModelRelease", told.get(1).substring(0, 20));
    assertEquals("2 the record has no value", told.get(2));
    assertEquals("3 d", told.get(3));
  }

  @Test
  void wakeupEndsAWait() throws ClientException {
    tail.wakeup();
    assertEquals(0, tail.poll(Duration.ofSeconds(30), listener));
  }

  @Test
  void aRefusalIsAnErrorForTheUser() {
    consumer.setPollException(new TopicAuthorizationException("not authorized: models"));
    var e =
        Assertions.assertThrows(
            ClientException.class, () -> tail.poll(Duration.ofSeconds(1), listener));
    assertEquals("Kafka at host:1: not authorized: models", e.getMessage());
  }
}
