-- What calls are counted by, as small numbers: counting reads an index of these and no call.
-- A covering index on `calls` itself would not do, for SQLite reads the row whenever a
-- generated column is asked for.

CREATE TABLE facet_values (code INTEGER PRIMARY KEY, value TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE call_facets (
    row INTEGER PRIMARY KEY, -- of the call
    activity_us INTEGER NOT NULL,
    duration_s INTEGER,
    user_id INTEGER, -- from here on: codes, null where the call has null
    disposition INTEGER,
    outcome_id INTEGER,
    direction INTEGER,
    call_method INTEGER,
    voices INTEGER NOT NULL
) STRICT;

CREATE VIEW values_of_calls AS
    SELECT row, user_id AS value FROM calls
    UNION ALL SELECT row, disposition FROM calls
    UNION ALL SELECT row, outcome_id FROM calls
    UNION ALL SELECT row, direction FROM calls
    UNION ALL SELECT row, call_method FROM calls
    UNION ALL SELECT row, voices FROM calls;

CREATE VIEW coded_calls AS
    SELECT
        row,
        activity_us,
        duration_s,
        (SELECT code FROM facet_values WHERE value = user_id),
        (SELECT code FROM facet_values WHERE value = disposition),
        (SELECT code FROM facet_values WHERE value = outcome_id),
        (SELECT code FROM facet_values WHERE value = direction),
        (SELECT code FROM facet_values WHERE value = call_method),
        (SELECT code FROM facet_values WHERE value = voices)
    FROM calls;

INSERT INTO facet_values (value) SELECT DISTINCT value FROM values_of_calls WHERE value IS NOT NULL;
INSERT INTO call_facets SELECT * FROM coded_calls;

-- Each facet's index is read in the order of its values, and has all that a filter asks.
CREATE INDEX facets_newest ON call_facets (activity_us);
CREATE INDEX facets_user ON call_facets
    (user_id, activity_us, duration_s, disposition, outcome_id, direction, call_method, voices);
CREATE INDEX facets_disposition ON call_facets
    (disposition, activity_us, duration_s, user_id, outcome_id, direction, call_method, voices);
CREATE INDEX facets_outcome ON call_facets
    (outcome_id, activity_us, duration_s, user_id, disposition, direction, call_method, voices);
CREATE INDEX facets_direction ON call_facets
    (direction, activity_us, duration_s, user_id, disposition, outcome_id, call_method, voices);
CREATE INDEX facets_call_method ON call_facets
    (call_method, activity_us, duration_s, user_id, disposition, outcome_id, direction, voices);
CREATE INDEX facets_voices ON call_facets
    (voices, activity_us, duration_s, user_id, disposition, outcome_id, direction, call_method);

CREATE TRIGGER call_added AFTER INSERT ON calls BEGIN
    INSERT OR IGNORE INTO facet_values (value)
        SELECT value FROM values_of_calls WHERE row = new.row AND value IS NOT NULL;
    INSERT INTO call_facets SELECT * FROM coded_calls WHERE row = new.row;
END;

CREATE TRIGGER call_changed AFTER UPDATE OF noun, activity_us, voices ON calls BEGIN
    INSERT OR IGNORE INTO facet_values (value)
        SELECT value FROM values_of_calls WHERE row = new.row AND value IS NOT NULL;
    REPLACE INTO call_facets SELECT * FROM coded_calls WHERE row = new.row;
END;

CREATE TRIGGER call_gone AFTER DELETE ON calls BEGIN
    DELETE FROM call_facets WHERE row = old.row;
END;

-- A user goes by the name of their newest call that has one.
CREATE INDEX calls_named ON calls (user_id, activity_us, id) WHERE noun ->> '$.user_name' <> '';
CREATE INDEX calls_contact ON calls (contact_id);
