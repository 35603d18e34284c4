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
  `attributes` MAP<STRING NOT NULL, STRING NOT NULL> NOT NULL
) WITH (${options})
