-- What goes when its time is over. A message that another stands in for goes together with that one.

-- name: finished
-- Finished and reported, oldest first; `wiped` says which of the two kinds.
SELECT id FROM message INDEXED BY message_finished
WHERE reported_at_ms IS NOT NULL AND parent IS NULL AND wiped = :wiped AND settled_at_ms < :before
ORDER BY settled_at_ms
LIMIT :limit

-- name: fallbacks_of
SELECT fallback FROM message WHERE id IN carray(?) AND fallback IS NOT NULL

-- name: keep_totals
-- What is not charged was given back; a message with a fallback never is.
INSERT INTO pruned_charge (charge, messages, total, refunds, refunded_total)
SELECT
    charge, count(*), sum(price), count(*) FILTER (WHERE charged = 0),
    coalesce(sum(price) FILTER (WHERE charged = 0), 0)
FROM message
WHERE id IN carray(?) AND charge IS NOT NULL
GROUP BY charge
ON CONFLICT DO UPDATE SET
    messages = messages + excluded.messages, total = total + excluded.total, refunds = refunds + excluded.refunds,
    refunded_total = refunded_total + excluded.refunded_total

-- name: counted
SELECT count(*), account, (accepted_at_ms + 32400000) / 86400000 AS day
FROM message
WHERE id IN carray(?) AND counted = 1
GROUP BY account, day

-- name: count_pruned
UPDATE usage SET pruned = pruned + ? WHERE account = ? AND day = ?

-- name: prune_reports
DELETE FROM report WHERE message IN carray(?)

-- name: prune
-- The content goes with it.
DELETE FROM message WHERE id IN carray(?)

-- name: content
SELECT
    id, account, group_id, message_id, receiver, service, kind, sender, subject, text, url, user_code, files, kakao
FROM message JOIN content USING (id)
WHERE id IN carray(?)

-- name: wipe
-- Of the reason the rule's name stays: what stands behind it may quote the message.
UPDATE message
SET
    wiped = 1,
    receiver = ?,
    reason = CASE WHEN instr(reason, ': ') > 0 THEN substr(reason, 1, instr(reason, ': ') - 1) ELSE reason END
WHERE id = ?

-- name: wipe_content
DELETE FROM content WHERE id IN carray(?)

-- name: forget_early
DELETE FROM early_result
WHERE (carrier, carrier_ref) IN (
    SELECT carrier, carrier_ref FROM early_result INDEXED BY early_result_age WHERE came_at_ms < :before LIMIT :limit
)
