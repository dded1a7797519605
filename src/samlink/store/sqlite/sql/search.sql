-- What operators ask.

-- name: backlog_due
SELECT count(*), min(due_at_ms) FROM (
    SELECT due_at_ms FROM message INDEXED BY message_queue
    WHERE claim_token IS NULL AND result IS NULL AND due_at_ms <= :now
    LIMIT :limit
)

-- name: backlog_in_flight
SELECT count(*) FROM (
    SELECT 1 FROM message INDEXED BY message_flight
    WHERE deadline_at_ms IS NOT NULL
    LIMIT :limit
)

-- name: backlog_unreported
SELECT count(*) FROM (
    SELECT 1 FROM report LIMIT :limit
)

-- name: count_queued
SELECT count(*) FROM message INDEXED BY message_queue WHERE claim_token IS NULL AND result IS NULL

-- name: count_flight
SELECT
    count(*) FILTER (WHERE submitted_at_ms IS NULL AND unknown_at_ms IS NULL),
    count(*) FILTER (WHERE unknown_at_ms IS NOT NULL),
    count(*) FILTER (WHERE submitted_at_ms IS NOT NULL)
FROM message INDEXED BY message_flight
WHERE deadline_at_ms IS NOT NULL

-- name: count_done
-- As long as there is one way to a customer, its reports are the messages.
SELECT count(*) FROM report

-- name: count_ever
SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'message'), 0) - (SELECT skipped FROM progress)

-- name: find
SELECT
    id, account, group_id, message_id, iif(wiped, '', receiver), kind, state, accepted_at_ms, result, attempts,
    unknowns, reason, coalesce(carrier_code, ''), late_result, parent, fallback,
    coalesce(repeated.times, 0), coalesce(utf8, 0),
    iif(wiped, '', coalesce(sender, '')), iif(wiped, NULL, length(text)), iif(wiped, NULL, length(subject)),
    iif(wiped, NULL, iif(files = '', 0, 1 + length(files) - length(replace(files, char(10), '')))),
    price, charged, coalesce(carrier, ''), coalesce(telecom, ''), due_at_ms, expires_at_ms, submitted_at_ms, sent_at_ms,
    settled_at_ms, reported_at_ms, route
FROM message JOIN message_state USING (id) LEFT JOIN content USING (id) LEFT JOIN repeated USING (id)
WHERE account = :account AND (:receiver = '' OR receiver = :receiver) AND (:message_id = '' OR message_id = :message_id)
ORDER BY id DESC
LIMIT :limit
