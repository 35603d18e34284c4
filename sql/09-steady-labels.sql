-- When was a label the first class of at least three frames of a camera in a row, and what came then?
-- State: the frames of the run that goes on, a camera.

CREATE TEMPORARY VIEW top_labels AS
SELECT p.eventId, p.source, p.capturedAt, t.label, t.probability
FROM predictions AS p
CROSS JOIN UNNEST(p.predictions) AS t (`rank`, classIndex, label, probability)
WHERE t.`rank` = 1;

SELECT source, label, steadyFrom, steadyTo, frames, nextLabel
FROM top_labels
MATCH_RECOGNIZE (
  PARTITION BY source
  ORDER BY capturedAt
  MEASURES
    HEAD.label AS label,
    HEAD.capturedAt AS steadyFrom,
    LAST(SAME.capturedAt) AS steadyTo,
    1 + COUNT(SAME.label) AS frames,
    OTHER.label AS nextLabel
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO LAST OTHER
  PATTERN (HEAD SAME{2,} OTHER)
  DEFINE
    SAME AS SAME.label = HEAD.label,
    OTHER AS OTHER.label <> HEAD.label
);
