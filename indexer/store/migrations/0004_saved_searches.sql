-- Questions under a name, and the order in which calls became findable.

CREATE TABLE saved_searches (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE, -- the name as names are compared: models/saved.py
    asked TEXT NOT NULL, -- JSON, as POST /v1/search takes it
    created_us INTEGER NOT NULL,
    created_by TEXT,
    seen_us INTEGER,
    seen_upto INTEGER NOT NULL -- the last arrival that was seen
) STRICT, WITHOUT ROWID;

-- A call arrives when it is first stored, and once more when its first transcript is. A
-- number is never used again, so "what has arrived since?" needs no clock.
CREATE TABLE arrivals (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    call_id TEXT NOT NULL UNIQUE,
    has_transcript INTEGER NOT NULL
) STRICT;

INSERT INTO arrivals (call_id, has_transcript)
    SELECT id, voices LIKE '%,recording/%' OR voices LIKE '%,voicemail/%' FROM calls ORDER BY row;

-- A call whose words have changed is written anew, which alone is no arrival.
CREATE TRIGGER call_arrived AFTER INSERT ON calls WHEN NOT EXISTS (
    SELECT 1 FROM arrivals WHERE call_id = new.id AND has_transcript >=
        (new.voices LIKE '%,recording/%' OR new.voices LIKE '%,voicemail/%')
) BEGIN
    DELETE FROM arrivals WHERE call_id = new.id;
    INSERT INTO arrivals (call_id, has_transcript)
        VALUES (new.id, new.voices LIKE '%,recording/%' OR new.voices LIKE '%,voicemail/%');
END;
