package vggstream.job.topology;

import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;
import vggstream.job.codec.EncodedRecord;
import vggstream.job.codec.SourceRecord;

/**
 * Where models are put into service.
 *
 * @param releases records of all releases
 * @param liveModels where the job says which are live
 * @param shadowPredictions where a shadow answers
 */
public record ReleaseEnds(
    DataStream<SourceRecord> releases,
    Sink<EncodedRecord> liveModels,
    Sink<EncodedRecord> shadowPredictions) {}
