-- Which labels does each camera see, minute by minute? The three most frequent, by the answer's first class.
-- State: a count for each camera and label of the minutes that are not over yet.

CREATE TEMPORARY VIEW top_labels AS
SELECT p.eventId, p.source, p.capturedAt, t.label, t.probability
FROM predictions AS p
CROSS JOIN UNNEST(p.predictions) AS t (`rank`, classIndex, label, probability)
WHERE t.`rank` = 1;

SELECT window_start, source, label, frames, meanProbability, place
FROM (
  SELECT *,
    ROW_NUMBER() OVER (
      PARTITION BY window_start, window_end, source ORDER BY frames DESC, label) AS place
  FROM (
    SELECT window_start, window_end, source, label,
      COUNT(*) AS frames, AVG(CAST(probability AS DOUBLE)) AS meanProbability
    FROM TUMBLE(TABLE top_labels, DESCRIPTOR(capturedAt), INTERVAL '1' MINUTE)
    GROUP BY window_start, window_end, source, label))
WHERE place <= 3;
