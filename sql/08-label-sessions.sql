-- From when to when did a label stay visible? A session of a camera and label ends when it is not the first class
-- of any frame for 30 seconds.
-- State: two times and a count for each label that is visible.

CREATE TEMPORARY VIEW top_labels AS
SELECT p.eventId, p.source, p.capturedAt, t.label, t.probability
FROM predictions AS p
CROSS JOIN UNNEST(p.predictions) AS t (`rank`, classIndex, label, probability)
WHERE t.`rank` = 1;

SELECT source, label, window_start AS visibleFrom, MAX(capturedAt) AS lastSeen, COUNT(*) AS frames
FROM SESSION(
  TABLE top_labels PARTITION BY (source, label), DESCRIPTOR(capturedAt), INTERVAL '30' SECOND)
GROUP BY window_start, window_end, source, label;
