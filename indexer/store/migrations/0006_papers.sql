-- What people make here, every version of it; and what calls measure.

CREATE TABLE papers (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    number INTEGER NOT NULL, -- the order in which they were begun
    version INTEGER NOT NULL, -- the newest
    within TEXT, -- the paper it belongs to
    name_key TEXT, -- the name as names are compared: models/saved.py
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX papers_name ON papers (kind, name_key) WHERE name_key IS NOT NULL;
CREATE INDEX papers_order ON papers (kind, number);
CREATE INDEX papers_within ON papers (kind, within) WHERE within IS NOT NULL;

CREATE TABLE paper_versions (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL, -- from 1
    name TEXT,
    body TEXT NOT NULL, -- JSON
    at_us INTEGER NOT NULL,
    by TEXT,
    PRIMARY KEY (kind, id, version)
) STRICT;

CREATE TABLE call_metrics (
    call_row INTEGER PRIMARY KEY,
    formulas TEXT NOT NULL, -- which versions of which formulas
    figures TEXT NOT NULL -- JSON: a number or null by the name of its metric
) STRICT;

-- A call whose words have changed is written anew.
CREATE TRIGGER call_unmeasured AFTER DELETE ON calls BEGIN
    DELETE FROM call_metrics WHERE call_row = old.row;
END;
