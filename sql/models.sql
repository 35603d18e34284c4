-- Networks that ML_PREDICT runs in the task itself; see pipeline/table/README.md for options and columns.
-- The file must lie at the same path on every TaskManager:
--   ALTER MODEL vgg SET ('path' = '/models/other.onnx');

LOAD MODULE vggstream;

-- The most probable classes of an image. A broken one has a reason instead.
CREATE MODEL vgg
INPUT (image BYTES)
OUTPUT (
  predictions ARRAY<ROW<`rank` INT, classIndex INT, label STRING, probability FLOAT>>,
  reason STRING)
WITH (
  'provider' = 'vggstream',
  'path' = '/models/model.onnx',
  'on-error' = 'row'
);

-- Features of the penultimate layer, for similarity.
CREATE MODEL vgg_features
INPUT (image BYTES)
OUTPUT (embedding ARRAY<FLOAT>)
WITH (
  'provider' = 'vggstream',
  'path' = '/models/model.onnx',
  'task' = 'embedding'
);
