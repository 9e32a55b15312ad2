-- What a ledger needs to prove that it is whole, and texts that are embedded once only.

-- When Close last showed us the call; null for one that came from a file.
ALTER TABLE ledger ADD COLUMN seen_us INTEGER;
UPDATE ledger SET seen_us = since_us;
CREATE INDEX ledger_seen ON ledger (seen_us, call_id);

UPDATE ledger SET reason = 'with transcript' WHERE state = 'indexed' AND reason = '';
UPDATE ledger SET reason = 'gone from Close' WHERE state = 'deleted' AND reason = '';

-- Texts are looked up by a hash of theirs: indexer/store/keys.py.
ALTER TABLE passages ADD COLUMN text_hash INTEGER;
UPDATE passages SET text_hash = text_hash(text) WHERE vector IS NOT NULL;
CREATE INDEX passages_text ON passages (text_hash) WHERE text_hash IS NOT NULL;
