CREATE TABLE `models` (
  `role` STRING NOT NULL,
  `name` STRING NOT NULL,
  `version` STRING NOT NULL,
  `uri` STRING NOT NULL,
  `sha256` STRING NOT NULL,
  `share` DOUBLE NOT NULL,
  `attributes` MAP<STRING NOT NULL, STRING NOT NULL> NOT NULL
) WITH (${options})
