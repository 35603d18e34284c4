-- What does each camera see now? The table camera_now, a compacted topic, one row a camera.
-- State: the last frame of each camera.

CREATE TEMPORARY VIEW top_labels AS
SELECT p.eventId, p.source, p.capturedAt, t.label, t.probability
FROM predictions AS p
CROSS JOIN UNNEST(p.predictions) AS t (`rank`, classIndex, label, probability)
WHERE t.`rank` = 1;

INSERT INTO camera_now
SELECT source, capturedAt, label, probability
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY source ORDER BY capturedAt DESC) AS place
  FROM top_labels)
WHERE place = 1;
