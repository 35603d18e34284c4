-- What could not be answered, and why? By hour, reason and step, with one message as an example.
-- State: a count for each reason and step of the hours that are not over yet.

SELECT window_start, reason, stage, COUNT(*) AS letters, MIN(message) AS example
FROM TUMBLE(TABLE dead_letters, DESCRIPTOR(occurredAt), INTERVAL '1' HOUR)
GROUP BY window_start, window_end, reason, stage;
