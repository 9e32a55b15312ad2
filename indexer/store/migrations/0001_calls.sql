-- The truth: every search index is a cache of these tables.

-- One row a call. `row` is never used again, so that an index can tell what it
-- has by the highest row it has seen, and what is gone by the log of removals.
CREATE TABLE calls (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    noun TEXT NOT NULL, -- models.Call as JSON
    activity_us INTEGER NOT NULL, -- when it happened, microseconds since 1970, UTC
    voices TEXT NOT NULL, -- ',note,,recording,,recording/user,': which kinds of words it has
    passages INTEGER NOT NULL, -- how many it has
    lead_id TEXT GENERATED ALWAYS AS (noun ->> '$.lead_id') STORED,
    contact_id TEXT GENERATED ALWAYS AS (noun ->> '$.contact_id') STORED,
    user_id TEXT GENERATED ALWAYS AS (noun ->> '$.user_id') STORED,
    outcome_id TEXT GENERATED ALWAYS AS (noun ->> '$.outcome_id') STORED,
    direction TEXT GENERATED ALWAYS AS (noun ->> '$.direction') STORED,
    disposition TEXT GENERATED ALWAYS AS (noun ->> '$.disposition') STORED,
    call_method TEXT GENERATED ALWAYS AS (noun ->> '$.call_method') STORED,
    duration_s INTEGER GENERATED ALWAYS AS (noun ->> '$.duration_s') STORED
) STRICT;
CREATE INDEX calls_newest ON calls (activity_us DESC, id DESC);
CREATE INDEX calls_user ON calls (user_id, activity_us);
CREATE INDEX calls_lead ON calls (lead_id);

CREATE TABLE removals (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    call_row INTEGER NOT NULL
) STRICT;

CREATE TABLE transcripts (
    call_row INTEGER NOT NULL,
    kind TEXT NOT NULL,
    summary_text TEXT,
    summary_html TEXT,
    PRIMARY KEY (call_row, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE utterances (
    call_row INTEGER NOT NULL,
    kind TEXT NOT NULL,
    position INTEGER NOT NULL,
    side TEXT NOT NULL,
    speaker TEXT NOT NULL,
    start_s REAL,
    end_s REAL,
    text TEXT NOT NULL,
    PRIMARY KEY (call_row, kind, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE passages (
    key INTEGER PRIMARY KEY, -- call row, ordinal, kind and side: indexer/store/keys.py
    grain TEXT NOT NULL,
    first INTEGER,
    last INTEGER,
    start_s REAL,
    end_s REAL,
    text TEXT NOT NULL,
    vector BLOB -- float16, little-endian; null for grains that are found by words alone
) STRICT;

CREATE TABLE leads (id TEXT PRIMARY KEY, name TEXT, url TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE outcomes (id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE ledger (
    call_id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    since_us INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    due_us INTEGER,
    updated_us INTEGER -- Close's date_updated of the version last seen
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_due ON ledger (due_us, call_id) WHERE due_us IS NOT NULL;
CREATE INDEX ledger_state ON ledger (state, reason);

CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE cursors (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Which data these are: a search index of other data is never taken for theirs.
INSERT INTO settings VALUES ('lineage', lower(hex(randomblob(8))));
