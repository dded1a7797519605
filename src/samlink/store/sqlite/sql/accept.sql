-- Commit point 1. Both inserts bind the same row: the 15 fields of core.message.NewMessage in their order, then
-- ?16 account, ?17 charge, ?18 accepted_at_ms, ?19 id.

-- name: insert_message
INSERT INTO message (
    group_id, message_id, receiver, service, kind, due_at_ms, expires_at_ms, price, result, account, charge,
    accepted_at_ms, id, settled_at_ms, sent_at_ms, telecom, charged
)
VALUES (
    ?1, ?2, ?3, ?4, ?5, ?12, ?13, ?14, ?15, ?16, iif(?14 = 0, NULL, ?17),
    ?18, ?19, iif(?15 IS NULL, NULL, ?18), iif(?15 IS NULL, NULL, ?18), iif(?15 IS NULL, NULL, ''),
    iif(?15 IS NULL, NULL, 0)
)
ON CONFLICT (account, group_id, message_id, receiver) DO NOTHING

-- name: insert_content
INSERT INTO content (id, sender, subject, text, url, user_code, files)
VALUES (?19, ?6, ?7, ?8, ?9, ?10, ?11)

-- name: last_id
SELECT seq FROM sqlite_sequence WHERE name = 'message'

-- name: known_content
-- What "the same message" means: all that the customer wrote except times, which a resend may compute anew.
SELECT service, kind, sender, subject, text, url, user_code, files
FROM message JOIN content USING (id)
WHERE account = ? AND group_id = ? AND message_id = ? AND receiver = ?
