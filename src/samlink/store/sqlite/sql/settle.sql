-- Commit point 2.

-- name: candidates
-- The first nine columns are what a report says (the result is filled in), the rest is for the refund and the fallback.
SELECT id, account, service, group_id, message_id, receiver, sent_at_ms, result, telecom, price, parent, fallback
FROM message
WHERE id IN carray(?)

-- name: id_of_reference
-- A carrier may use a reference again after a long time: the newest message is meant.
SELECT id FROM message WHERE carrier = ? AND carrier_ref = ? ORDER BY id DESC LIMIT 1

-- name: settle
UPDATE message
SET
    result = ?2, sent_at_ms = ?3, telecom = ?4, charged = ?5, settled_at_ms = ?9, deadline_at_ms = NULL,
    carrier = coalesce(carrier, nullif(?6, '')),
    carrier_ref = coalesce(carrier_ref, iif(carrier IS NULL OR carrier = ?6, nullif(?7, ''), NULL)),
    carrier_code = nullif(?8, '')
WHERE id = ?1

-- name: late
-- A repeat of the same result says nothing new; a different one is kept beside the first.
UPDATE message SET late_result = ?1, late_at_ms = ?3 WHERE id = ?2 AND result <> ?1 AND late_result IS NULL

-- name: refund_settings
SELECT no, refund FROM account INDEXED BY account_refund WHERE refund <> '{}' AND no IN carray(?)

-- name: settle_parent
-- A Kakao message takes its fallback's result; the carrier's own code stays Kakao's, and its price is given back already.
UPDATE message
SET result = ?2, sent_at_ms = ?3, telecom = ?4, charged = 0, settled_at_ms = ?5, deadline_at_ms = NULL
WHERE id = ?1

-- name: reported_by_parent
UPDATE message SET reported_at_ms = :now WHERE id IN carray(:ids)

-- name: keep_early
INSERT INTO early_result (carrier, carrier_ref, result, sent_at_ms, telecom, charged, carrier_code, came_at_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING

-- name: any_early
SELECT 1 FROM early_result LIMIT 1

-- name: early
-- The outcome, whether the message waits for one, and what it is.
SELECT
    message.id, early.result, early.sent_at_ms, early.telecom, early.charged, early.carrier, early.carrier_ref,
    early.carrier_code, message.result IS NULL AND message.fallback IS NULL, message.service
FROM early_result AS early JOIN message ON message.id = ?1
WHERE early.carrier = ?2 AND early.carrier_ref = ?3

-- name: drop_older
DELETE FROM early_result
WHERE
    carrier = ?2 AND carrier_ref = ?3
    AND came_at_ms < (SELECT accepted_at_ms FROM message WHERE id = ?1) - ?4

-- name: drop_early
DELETE FROM early_result WHERE carrier = ? AND carrier_ref = ?

-- name: expired
-- 90 says "not sent": never of a message whose outcome was once unknown, though it is in the queue again.
SELECT id FROM message INDEXED BY message_expiry
WHERE
    expires_at_ms IS NOT NULL AND claim_token IS NULL AND result IS NULL AND expires_at_ms <= :now
    AND unknowns = 0
ORDER BY expires_at_ms
LIMIT :limit
