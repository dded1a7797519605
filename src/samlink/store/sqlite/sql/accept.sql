-- Commit point 1. Both inserts bind the same row: the 20 fields of core.message.NewMessage in their order, then
-- ?21 account, ?22 charge, ?23 accepted_at_ms, ?24 id.

-- name: insert_message
INSERT INTO message (
    group_id, message_id, receiver, service, kind, due_at_ms, expires_at_ms, price, result, account, charge,
    accepted_at_ms, id, settled_at_ms, sent_at_ms, telecom, charged, reason, counted, route
)
VALUES (
    ?1, ?2, ?3, ?4, ?5, ?12, ?13, ?14, ?15, ?21, iif(?14 = 0, NULL, ?22),
    ?23, ?24, iif(?15 IS NULL, NULL, ?23), iif(?15 IS NULL, NULL, ?23), iif(?15 IS NULL, NULL, ''),
    iif(?15 IS NULL, NULL, 0), ?16, ?15 IS NULL, ?20
)
ON CONFLICT (account, group_id, message_id, receiver) DO NOTHING

-- name: insert_content
INSERT INTO content (id, sender, subject, text, url, user_code, files, kakao, utf8)
VALUES (?24, ?6, ?7, ?8, ?9, ?10, ?11, ?18, ?19)

-- name: known_content
-- What "the same message" means: all that the customer wrote except times, which a resend may compute anew.
SELECT service, kind, sender, subject, text, url, user_code, files, kakao
FROM message JOIN content USING (id)
WHERE account = ? AND group_id = ? AND message_id = ? AND receiver = ?

-- name: report_again
-- Sent again under its key after its result: the same result goes out once more. A wiped message has no receiver left
-- that a report could name, and is not found here.
UPDATE message SET reported_at_ms = NULL
WHERE account = ? AND group_id = ? AND message_id = ? AND receiver = ? AND result IS NOT NULL
RETURNING id

-- name: count_repeat
INSERT INTO repeated (id, times) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET times = times + 1

-- name: wiped_group
SELECT 1 FROM message INDEXED BY message_wiped WHERE wiped = 1 AND account = ? AND group_id IN carray(?) LIMIT 1

-- name: wiped_key
SELECT 1 FROM message WHERE account = ? AND group_id = ? AND message_id = ? AND receiver = ? AND wiped = 1
