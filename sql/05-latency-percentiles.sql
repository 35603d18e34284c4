-- How long does an image take in the job, by model version? Median and tails over each hour, milliseconds, of
-- decoding, waiting and inference together.
-- State: the times of the frames of the hours that are not over yet.

SELECT window_start, version, COUNT(*) AS frames,
  PERCENTILE(millis, 0.5) AS p50, PERCENTILE(millis, 0.95) AS p95, PERCENTILE(millis, 0.99) AS p99
FROM (
  SELECT window_start, window_end, `model`.`version` AS version,
    CAST(timings.decodeMicros + timings.queueMicros + timings.inferenceMicros AS DOUBLE) / 1000
      AS millis
  FROM TUMBLE(TABLE predictions, DESCRIPTOR(capturedAt), INTERVAL '1' HOUR))
GROUP BY window_start, window_end, version;
