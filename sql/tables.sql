-- The topics as tables: exactly the Avro schemas of the project, in plain binary. NOT NULL and the order of
-- the columns matter, down to the elements of arrays; see schemas/README.md.
--
-- Only committed records are read. Event time is capturedAt (of dead letters occurredAt), in UTC; a record that
-- comes more than 5 seconds after a later one of its partition is late, and windows leave it out.
--
-- Another Kafka cluster:
--   ALTER TABLE predictions SET ('properties.bootstrap.servers' = 'HOST:PORT');
-- Only what is there now, as a query that ends:
--   ALTER TABLE predictions SET ('scan.bounded.mode' = 'latest-offset');

-- Images to be classified.
CREATE TABLE image_events (
  `eventId` STRING NOT NULL,
  `source` STRING NOT NULL,
  `capturedAt` TIMESTAMP(3) NOT NULL,
  `payload` BYTES,
  `uri` STRING,
  `sha256` STRING,
  `length` BIGINT,
  `attributes` MAP<STRING NOT NULL, STRING NOT NULL> NOT NULL,
  WATERMARK FOR `capturedAt` AS `capturedAt` - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'image-events',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.group.id' = 'vgg-sql',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'avro'
);

-- What the model that serves says of each image.
CREATE TABLE predictions (
  `eventId` STRING NOT NULL,
  `source` STRING NOT NULL,
  `capturedAt` TIMESTAMP(3) NOT NULL,
  `predictedAt` TIMESTAMP(3) NOT NULL,
  `model` ROW<
    `name` STRING NOT NULL,
    `version` STRING NOT NULL,
    `sha256` STRING NOT NULL,
    `role` STRING NOT NULL> NOT NULL,
  `image` ROW<
    `width` INT NOT NULL,
    `height` INT NOT NULL,
    `format` STRING NOT NULL> NOT NULL,
  `protocol` ROW<
    `scales` ARRAY<INT NOT NULL> NOT NULL,
    `flip` BOOLEAN NOT NULL,
    `crops` STRING NOT NULL> NOT NULL,
  `predictions` ARRAY<ROW<
    `rank` INT NOT NULL,
    `classIndex` INT NOT NULL,
    `label` STRING NOT NULL,
    `probability` FLOAT NOT NULL> NOT NULL> NOT NULL,
  `boxes` ARRAY<ROW<
    `classIndex` INT NOT NULL,
    `label` STRING NOT NULL,
    `score` FLOAT NOT NULL,
    `xMin` FLOAT NOT NULL,
    `yMin` FLOAT NOT NULL,
    `xMax` FLOAT NOT NULL,
    `yMax` FLOAT NOT NULL,
    `xMinNormalised` FLOAT NOT NULL,
    `yMinNormalised` FLOAT NOT NULL,
    `xMaxNormalised` FLOAT NOT NULL,
    `yMaxNormalised` FLOAT NOT NULL> NOT NULL> NOT NULL,
  `timings` ROW<
    `decodeMicros` BIGINT NOT NULL,
    `queueMicros` BIGINT NOT NULL,
    `inferenceMicros` BIGINT NOT NULL,
    `batchSize` INT NOT NULL> NOT NULL,
  `origin` ROW<
    `topic` STRING NOT NULL,
    `partition` INT NOT NULL,
    `offset` BIGINT NOT NULL> NOT NULL,
  `attributes` MAP<STRING NOT NULL, STRING NOT NULL> NOT NULL,
  WATERMARK FOR `capturedAt` AS `capturedAt` - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'predictions',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.group.id' = 'vgg-sql',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'avro'
);

-- What a shadow model says of the same images.
CREATE TABLE shadow_predictions
WITH (
  'topic' = 'shadow-predictions'
) LIKE predictions (OVERWRITING OPTIONS);

-- What could not be answered, and why.
CREATE TABLE dead_letters (
  `origin` ROW<
    `topic` STRING NOT NULL,
    `partition` INT NOT NULL,
    `offset` BIGINT NOT NULL> NOT NULL,
  `eventId` STRING,
  `reason` STRING NOT NULL,
  `stage` STRING NOT NULL,
  `message` STRING NOT NULL,
  `occurredAt` TIMESTAMP(3) NOT NULL,
  `record` BYTES,
  `attributes` MAP<STRING NOT NULL, STRING NOT NULL> NOT NULL,
  WATERMARK FOR `occurredAt` AS `occurredAt` - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'dead-letters',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.group.id' = 'vgg-sql',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'avro'
);

-- The model of each role that is wanted, or with 'topic' = 'models-live' the one that serves: the last release of
-- its key counts, and a tombstone retires it.
CREATE TABLE `models` (
  `role` STRING NOT NULL,
  `name` STRING NOT NULL,
  `version` STRING NOT NULL,
  `uri` STRING NOT NULL,
  `sha256` STRING NOT NULL,
  `share` DOUBLE NOT NULL,
  `attributes` MAP<STRING NOT NULL, STRING NOT NULL> NOT NULL,
  PRIMARY KEY (`role`) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'models',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.group.id' = 'vgg-sql',
  'properties.isolation.level' = 'read_committed',
  'key.format' = 'raw',
  'value.format' = 'avro',
  'value.fields-include' = 'ALL'
);

-- What each camera sees now; 09-camera-now.sql keeps it. Its topic must exist, compacted (cleanup.policy=compact).
CREATE TABLE camera_now (
  source STRING NOT NULL,
  capturedAt TIMESTAMP(3) NOT NULL,
  label STRING NOT NULL,
  probability FLOAT NOT NULL,
  PRIMARY KEY (source) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'camera-now',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.group.id' = 'vgg-sql',
  'key.format' = 'raw',
  'value.format' = 'avro',
  'value.fields-include' = 'ALL'
);
