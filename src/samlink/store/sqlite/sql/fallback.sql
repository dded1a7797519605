-- What is sent in the place of a Kakao message that Kakao will not deliver.

-- name: pending
SELECT
    message.id, account, kind, sender, receiver, subject, text, url, user_code, files, expires_at_ms, attempts, unknowns,
    kakao, service, parent
FROM message JOIN content USING (id)
WHERE message.id IN carray(?) AND result IS NULL AND fallback IS NULL

-- name: link_child
-- No limit counts it: it is the customer's one message still.
UPDATE message SET parent = ?, counted = 0 WHERE id = ?

-- name: link_parent
-- It waits for its fallback as one that was sent, but without a deadline of its own.
UPDATE message
SET
    fallback = ?2, carrier_code = nullif(?3, ''), carrier = coalesce(carrier, nullif(?4, '')),
    carrier_ref = coalesce(carrier_ref, iif(carrier IS NULL OR carrier = ?4, nullif(?5, ''), NULL)),
    submitted_at_ms = coalesce(submitted_at_ms, ?6), unknown_at_ms = NULL, deadline_at_ms = ?7,
    claim_token = coalesce(claim_token, 0), attempts = max(attempts, 1)
WHERE id = ?1

-- name: set_reason
UPDATE message SET reason = ? WHERE id = ?
