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
  `attributes` MAP<STRING NOT NULL, STRING NOT NULL> NOT NULL
) WITH (${options})
