-- Which objects fill more than a quarter of the frame?
-- State: none.

SELECT p.eventId, p.source, b.label, b.score,
  CAST(b.xMaxNormalised - b.xMinNormalised AS DOUBLE)
    * CAST(b.yMaxNormalised - b.yMinNormalised AS DOUBLE) AS partOfFrame
FROM predictions AS p
CROSS JOIN UNNEST(p.boxes) AS b (classIndex, label, score, xMin, yMin, xMax, yMax,
  xMinNormalised, yMinNormalised, xMaxNormalised, yMaxNormalised)
WHERE CAST(b.xMaxNormalised - b.xMinNormalised AS DOUBLE)
    * CAST(b.yMaxNormalised - b.yMinNormalised AS DOUBLE) > 0.25;
