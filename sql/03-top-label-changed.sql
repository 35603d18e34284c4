-- At which frames did a camera's first class become another one?
-- State: the last frame of each camera, and the frames that the watermark has not reached.

CREATE TEMPORARY VIEW top_labels AS
SELECT p.eventId, p.source, p.capturedAt, t.label, t.probability
FROM predictions AS p
CROSS JOIN UNNEST(p.predictions) AS t (`rank`, classIndex, label, probability)
WHERE t.`rank` = 1;

SELECT capturedAt, source, eventId, labelBefore, label
FROM (
  SELECT capturedAt, source, eventId, label,
    LAG(label) OVER (PARTITION BY source ORDER BY capturedAt) AS labelBefore
  FROM top_labels)
WHERE labelBefore <> label;
