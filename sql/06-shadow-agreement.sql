-- Does the shadow name the same first class as the model that serves? The share by hour and camera.
-- State: both answers of the frames of the last minute (each waits for the other), and a count an hour.

CREATE TEMPORARY VIEW both_answers AS
SELECT p.capturedAt, p.source,
  p.predictions[1].label AS label, s.predictions[1].label AS shadowLabel
FROM predictions AS p
JOIN shadow_predictions AS s
  ON s.eventId = p.eventId
  AND s.capturedAt BETWEEN p.capturedAt - INTERVAL '1' MINUTE AND p.capturedAt + INTERVAL '1' MINUTE;

SELECT window_start, source, COUNT(*) AS frames,
  AVG(CASE WHEN label = shadowLabel THEN 1.0E0 ELSE 0.0E0 END) AS agreement
FROM TUMBLE(TABLE both_answers, DESCRIPTOR(capturedAt), INTERVAL '1' HOUR)
GROUP BY window_start, window_end, source;
