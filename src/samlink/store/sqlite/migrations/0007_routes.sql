-- Several carriers: a message waits on its route, and its carrier is known from the claim on.

-- The route `@` and a carrier's name is that of messages that this carrier may have had, and no other may get.
ALTER TABLE message ADD COLUMN route TEXT NOT NULL DEFAULT 'default' CHECK (route <> '');

-- Until now there was one carrier.
UPDATE message SET carrier = 'simulator'
WHERE result IS NULL AND carrier IS NULL AND (coalesce(claim_token, 0) <> 0 OR unknowns > 0);
UPDATE message SET route = '@simulator'
WHERE claim_token IS NULL AND result IS NULL AND unknowns > 0;

DROP INDEX message_queue;
CREATE INDEX message_queue ON message (route, due_at_ms, id)
    WHERE claim_token IS NULL AND result IS NULL;
DROP INDEX message_unknown;
CREATE INDEX message_unknown ON message (carrier, id)
    WHERE unknown_at_ms IS NOT NULL AND result IS NULL;
