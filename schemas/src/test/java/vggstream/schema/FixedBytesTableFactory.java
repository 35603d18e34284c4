package vggstream.schema;

import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.serialization.RuntimeContextInitializationContextAdapters;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.DataType;
import org.apache.flink.util.Collector;

/**
 * A table whose messages stand in its options, in hexadecimal. It takes its format as the Kafka
 * connector does, by {@code DeserializationFormatFactory}: for {@code avro} that is plain binary,
 * where the file connector's {@code avro} means container files.
 */
public final class FixedBytesTableFactory implements DynamicTableSourceFactory {
  private static final ConfigOption<List<String>> MESSAGES =
      ConfigOptions.key("messages").stringType().asList().noDefaultValue();

  /** The WITH options of a table that holds these messages. */
  static String options(byte[]... messages) {
    List<String> hex = Stream.of(messages).map(HexFormat.of()::formatHex).toList();
    return "'connector' = 'fixed-bytes', 'format' = 'avro', 'messages' = '%s'"
        .formatted(String.join(";", hex));
  }

  @Override
  public String factoryIdentifier() {
    return "fixed-bytes";
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(MESSAGES, FactoryUtil.FORMAT);
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of();
  }

  @Override
  public DynamicTableSource createDynamicTableSource(Context context) {
    var helper = FactoryUtil.createTableFactoryHelper(this, context);
    var format =
        helper.discoverDecodingFormat(DeserializationFormatFactory.class, FactoryUtil.FORMAT);
    helper.validate();
    List<byte[]> messages =
        helper.getOptions().get(MESSAGES).stream().map(HexFormat.of()::parseHex).toList();
    return new FixedBytesSource(messages, format, context.getPhysicalRowDataType());
  }

  private record FixedBytesSource(
      List<byte[]> messages,
      DecodingFormat<DeserializationSchema<RowData>> format,
      DataType rowType)
      implements ScanTableSource {

    @Override
    public ChangelogMode getChangelogMode() {
      return ChangelogMode.insertOnly();
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
      DeserializationSchema<RowData> decoder = format.createRuntimeDecoder(context, rowType);
      return new DataStreamScanProvider() {
        @Override
        public DataStream<RowData> produceDataStream(
            ProviderContext provider, StreamExecutionEnvironment environment) {
          return environment
              .fromData(messages)
              .setParallelism(1)
              .flatMap(new Decode(decoder))
              .returns(decoder.getProducedType());
        }

        @Override
        public boolean isBounded() {
          return true;
        }
      };
    }

    @Override
    public DynamicTableSource copy() {
      return this;
    }

    @Override
    public String asSummaryString() {
      return "fixed bytes";
    }
  }

  private static final class Decode extends RichFlatMapFunction<byte[], RowData> {
    private static final long serialVersionUID = 1L;
    private final DeserializationSchema<RowData> decoder;

    Decode(DeserializationSchema<RowData> decoder) {
      this.decoder = decoder;
    }

    @Override
    public void open(OpenContext context) throws Exception {
      decoder.open(
          RuntimeContextInitializationContextAdapters.deserializationAdapter(getRuntimeContext()));
    }

    @Override
    public void flatMap(byte[] message, Collector<RowData> out) throws Exception {
      decoder.deserialize(message, out);
    }
  }
}
