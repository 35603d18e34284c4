-- How sure is the model, and is it another distribution than yesterday's? For each camera and day, the share of
-- frames by tenth of the first class's probability (0: below 0.1 ... 9: 0.9 and above), beside the day before.
-- State: the counts of all days, ten numbers a camera and day; set table.exec.state.ttl to bound it.

CREATE TEMPORARY VIEW top_labels AS
SELECT p.eventId, p.source, p.capturedAt, t.label, t.probability
FROM predictions AS p
CROSS JOIN UNNEST(p.predictions) AS t (`rank`, classIndex, label, probability)
WHERE t.`rank` = 1;

CREATE TEMPORARY VIEW daily_tenths AS
SELECT window_start AS `day`, source, tenth, COUNT(*) AS frames
FROM (
  SELECT window_start, window_end, source,
    LEAST(9, CAST(FLOOR(CAST(probability AS DOUBLE) * 10) AS INT)) AS tenth
  FROM TUMBLE(TABLE top_labels, DESCRIPTOR(capturedAt), INTERVAL '1' DAY))
GROUP BY window_start, window_end, source, tenth;

CREATE TEMPORARY VIEW daily_frames AS
SELECT window_start AS `day`, source, COUNT(*) AS frames
FROM TUMBLE(TABLE top_labels, DESCRIPTOR(capturedAt), INTERVAL '1' DAY)
GROUP BY window_start, window_end, source;

CREATE TEMPORARY VIEW daily_shares AS
SELECT t.`day`, t.source, t.tenth, CAST(t.frames AS DOUBLE) / f.frames AS share
FROM daily_tenths AS t
JOIN daily_frames AS f ON f.`day` = t.`day` AND f.source = t.source;

SELECT a.`day`, a.source, a.tenth, a.share, b.share AS shareYesterday,
  a.share - COALESCE(b.share, 0) AS drift
FROM daily_shares AS a
LEFT JOIN daily_shares AS b
  ON b.source = a.source AND b.tenth = a.tenth AND b.`day` = a.`day` - INTERVAL '1' DAY;
