-- What version 3 added. points: how many an edit holds; its blobs are int32, or shorter than 4 bytes a point and then zlib of that.
-- crc: CRC-32 of samples, old and new, one after another. epoch: of the model when it took the edit in; NULL before.
ALTER TABLE edits ADD COLUMN points INTEGER NOT NULL DEFAULT 0;
ALTER TABLE edits ADD COLUMN crc INTEGER;
ALTER TABLE edits ADD COLUMN epoch REAL;
-- the labels now, 1024 a row, int32: what all edits fold to, checked against them when the run is opened
CREATE TABLE labels (block INTEGER PRIMARY KEY, categories BLOB NOT NULL);
