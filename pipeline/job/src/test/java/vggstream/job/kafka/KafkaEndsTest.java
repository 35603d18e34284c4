package vggstream.job.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import vggstream.job.codec.EncodedRecord;
import vggstream.job.codec.SourceRecord;
import vggstream.job.config.JobOptions;
import vggstream.job.config.KafkaOptions;
import vggstream.schema.Prediction;

class KafkaEndsTest {
  private static final KafkaOptions OPTIONS =
      JobOptions.of(Map.of("bootstrap-servers", "none:1", "model", "m", "kafka.client.rack", "r1"))
          .kafka();

  @Test
  void sourceAndSinksCanBeBuilt() {
    assertNotNull(KafkaEnds.source(OPTIONS));
    assertNotNull(KafkaEnds.predictions(OPTIONS));
    assertNotNull(KafkaEnds.deadLetters(OPTIONS));
  }

  @Test
  void clientsGetTheOptionsAndOnlyCommittedRecordsAreRead() {
    Properties consumer = KafkaEnds.consumerProperties(OPTIONS);
    assertEquals("read_committed", consumer.getProperty("isolation.level"));
    assertEquals("r1", consumer.getProperty("client.rack"));
    Properties producer = KafkaEnds.producerProperties(OPTIONS);
    assertEquals("600000", producer.getProperty("transaction.timeout.ms"));
    assertEquals("26214400", producer.getProperty("max.request.size"));
    assertEquals("33554432", producer.getProperty("buffer.memory"));
    assertEquals("r1", producer.getProperty("client.rack"));
    assertEquals("20", producer.getProperty("linger.ms"));
  }

  @Test
  void kafkaPropertiesOfTheOptionsWin() {
    Map<String, String> words =
        Map.of("bootstrap-servers", "none:1", "model", "m", "kafka.linger.ms", "0");
    Properties producer = KafkaEnds.producerProperties(JobOptions.of(words).kafka());
    assertEquals("0", producer.getProperty("linger.ms"));
  }

  @Test
  void producersHaveMemoryForTheLargestRecord() {
    Map<String, String> words =
        Map.of("bootstrap-servers", "none:1", "model", "m", "max-record-bytes", "100 MiB");
    Properties producer = KafkaEnds.producerProperties(JobOptions.of(words).kafka());
    assertEquals("104857600", producer.getProperty("buffer.memory"));
    assertEquals("104857600", producer.getProperty("max.request.size"));
  }

  @Test
  void recordsAreHandedOnAsTheyAreWithTheirOrigin() {
    List<SourceRecord> out = new ArrayList<>();
    Collector<SourceRecord> collector =
        new Collector<>() {
          @Override
          public void collect(SourceRecord record) {
            out.add(record);
          }

          @Override
          public void close() {}
        };
    SourceRecordSchema schema = new SourceRecordSchema();
    schema.deserialize(new ConsumerRecord<>("t", 3, 42, new byte[] {1}, new byte[] {2}), collector);
    schema.deserialize(new ConsumerRecord<>("t", 3, 43, null, null), collector);
    assertArrayEquals(new byte[] {2}, out.get(0).value());
    assertEquals("t-3@42 (2 bytes)", out.get(0).toString());
    assertNull(out.get(1).value());
    assertNull(out.get(1).key());
  }

  @Test
  void answersAreWrittenToTheTopicWithTheTimeOfWriting() {
    ProducerRecord<byte[], byte[]> record =
        new EncodedRecordSchema("predictions", Prediction.class, null)
            .serialize(
                new EncodedRecord(EncodedRecord.Kind.PREDICTION, new byte[] {1}, new byte[] {2}),
                null,
                Long.MAX_VALUE);
    assertEquals("predictions", record.topic());
    assertNull(record.timestamp());
    assertNull(record.partition());
    assertArrayEquals(new byte[] {1}, record.key());
  }
}
