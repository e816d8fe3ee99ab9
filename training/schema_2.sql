-- What version 2 added; run after schema.sql, and on runs of version 1.
-- where a sample can be seen or heard in full: a file below the data set's folder, and the part of a sound in seconds
CREATE TABLE IF NOT EXISTS media (
    sample INTEGER PRIMARY KEY,
    file TEXT NOT NULL,
    start_s REAL NOT NULL,
    end_s REAL NOT NULL
);
-- what the engine was told and when, in order: enough to run it again bit for bit (see training/replay.py)
CREATE TABLE IF NOT EXISTS engine_log (
    number INTEGER PRIMARY KEY,
    step INTEGER NOT NULL,
    what TEXT NOT NULL,
    value TEXT NOT NULL
);
PRAGMA user_version = 2;
