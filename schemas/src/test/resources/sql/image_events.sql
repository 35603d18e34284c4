CREATE TABLE image_events (
  `eventId` STRING NOT NULL,
  `source` STRING NOT NULL,
  `capturedAt` TIMESTAMP(3) NOT NULL,
  `payload` BYTES,
  `uri` STRING,
  `sha256` STRING,
  `length` BIGINT,
  `attributes` MAP<STRING NOT NULL, STRING NOT NULL> NOT NULL
) WITH (${options})
