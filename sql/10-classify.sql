-- Classify the images of image_events in this very query, with the model of models.sql; broken images say why.
-- State: the images in flight, 64 a subtask.

SELECT eventId, TOP_LABEL(predictions) AS label, predictions[1].probability AS probability, reason
FROM ML_PREDICT(
  TABLE image_events, MODEL vgg, DESCRIPTOR(payload),
  MAP['async', 'true', 'max-concurrent-operations', '64', 'output-mode', 'ALLOW_UNORDERED']);
