-- One run, as version 1 had it; schema_2.sql adds the rest. Written by the trainer alone; anybody may read it.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE samples (
    sample INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    tile INTEGER NOT NULL
);
-- a row for each state of a category: rename, recolour and delete add a row, nothing is forgotten
CREATE TABLE categories (
    revision INTEGER NOT NULL,
    position INTEGER NOT NULL,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    red REAL NOT NULL, green REAL NOT NULL, blue REAL NOT NULL,
    created_unix REAL NOT NULL,
    PRIMARY KEY (revision, position)
);
-- samples, old, new: int32, little endian, one after another
CREATE TABLE edits (
    number INTEGER PRIMARY KEY,
    edit_id TEXT NOT NULL UNIQUE,
    gesture_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    source TEXT NOT NULL,
    mode TEXT NOT NULL,
    samples BLOB NOT NULL,
    old BLOB NOT NULL,
    new BLOB NOT NULL,
    displayed_step INTEGER NOT NULL,
    applied_step INTEGER,
    annotator TEXT NOT NULL,
    polygon BLOB,
    view BLOB,
    viewport_width INTEGER, viewport_height INTEGER,
    duration_s REAL NOT NULL,
    created_unix REAL NOT NULL,
    stored_unix REAL NOT NULL
);
CREATE TABLE segments (
    segment INTEGER PRIMARY KEY,
    file TEXT NOT NULL,
    points INTEGER NOT NULL
);
-- a recorded epoch: row `row` of its segment; crc of its positions and of its state
CREATE TABLE records (
    record INTEGER PRIMARY KEY,
    segment INTEGER NOT NULL REFERENCES segments,
    row INTEGER NOT NULL,
    step INTEGER NOT NULL,
    epoch REAL NOT NULL,
    positions_crc INTEGER NOT NULL,
    state_crc INTEGER NOT NULL,
    created_unix REAL NOT NULL
);
CREATE TABLE metrics (step INTEGER NOT NULL, name TEXT NOT NULL, value REAL, PRIMARY KEY (step, name)) WITHOUT ROWID;
CREATE TABLE forces (
    step INTEGER NOT NULL,
    attract REAL NOT NULL, repel REAL NOT NULL, neighbours REAL NOT NULL, room REAL NOT NULL,
    created_unix REAL NOT NULL
);
CREATE TABLE checkpoints (
    step INTEGER PRIMARY KEY,
    file TEXT NOT NULL,
    edits INTEGER NOT NULL,
    created_unix REAL NOT NULL
);
