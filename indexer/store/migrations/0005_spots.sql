-- Where utterances lie in a conversation: what `indexer/store/spots.py` reads into memory.

ALTER TABLE utterances ADD COLUMN turn INTEGER NOT NULL DEFAULT 0; -- of its transcript, from 0
ALTER TABLE utterances ADD COLUMN asks INTEGER; -- 1 for a question, null where nothing is said

UPDATE utterances SET asks = asks(text);
UPDATE utterances SET turn = turns.turn
FROM (
    SELECT
        call_row, kind, position,
        sum(is_new) OVER (PARTITION BY call_row, kind ORDER BY position) - 1 AS turn
    FROM (
        SELECT
            call_row, kind, position,
            (side, speaker) IS NOT (lag(side) OVER spoken, lag(speaker) OVER spoken) AS is_new
        FROM utterances
        WINDOW spoken AS (PARTITION BY call_row, kind ORDER BY position)
    )
) AS turns
WHERE utterances.call_row = turns.call_row
    AND utterances.kind = turns.kind
    AND utterances.position = turns.position;

CREATE INDEX passages_utterance ON passages (key, first) WHERE grain = 'utterance';
