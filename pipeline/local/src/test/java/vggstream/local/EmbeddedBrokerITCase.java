package vggstream.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedBrokerITCase {

  @Test
  void messageOfTwentyMebibytesSurvivesARestartOnTheSameDirectoryAndPort(@TempDir Path directory)
      throws Exception {
    byte[] message = new byte[20 << 20];
    new Random(1).nextBytes(message);
    int port;
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      port = broker.port();
      broker.createTopic("images", 2);
      broker.createTopic("images", 2); // a second time changes nothing
      try (KafkaProducer<byte[], byte[]> producer =
          new KafkaProducer<>(
              Map.of(
                  "bootstrap.servers",
                  broker.bootstrapServers(),
                  "max.request.size",
                  EmbeddedBroker.MAX_MESSAGE_BYTES),
              new ByteArraySerializer(),
              new ByteArraySerializer())) {
        producer.send(new ProducerRecord<>("images", 1, null, message)).get(30, TimeUnit.SECONDS);
      }
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory, port);
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                Map.of(
                    "bootstrap.servers",
                    broker.bootstrapServers(),
                    "auto.offset.reset",
                    "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition("images", 1);
      consumer.assign(List.of(partition));
      var records = consumer.poll(Duration.ofSeconds(30));
      assertEquals(1, records.count());
      assertArrayEquals(message, records.records(partition).get(0).value());
    }
  }

  @Test
  void portOutOfRangeIsRefused(@TempDir Path directory) {
    assertThrows(IllegalArgumentException.class, () -> EmbeddedBroker.start(directory, 0));
  }
}
