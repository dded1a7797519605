-- Where ids begin, and how far the store has come.

-- name: last_id
SELECT seq FROM sqlite_sequence WHERE name = 'message'

-- name: begin
INSERT INTO epoch (token, started_at_ms) VALUES (?, ?)

-- name: forget_oldest
DELETE FROM epoch WHERE no <= (SELECT max(no) FROM epoch) - ?

-- name: newest
SELECT token FROM epoch ORDER BY no DESC LIMIT 1

-- name: known
SELECT 1 FROM epoch WHERE token = ?

-- name: tick
SELECT tick FROM progress

-- name: advance
UPDATE progress SET tick = tick + 1, seen_at_ms = coalesce(?, seen_at_ms)

-- name: catch_up
-- A mark that is ahead was accepted as it is: from here on the database is.
UPDATE progress SET tick = max(tick, ?)

-- name: doubt_queued
-- A carrier may have had these in the life that is lost. Claimed by nobody alive, they become UNKNOWN at the start.
UPDATE message
SET claim_token = 0, deadline_at_ms = :now, attempts = attempts + 1
WHERE claim_token IS NULL AND result IS NULL AND due_at_ms <= :now

-- name: skip
UPDATE progress SET skipped = skipped + ?

-- name: rise_above
UPDATE sqlite_sequence SET seq = ? WHERE name = 'message'

-- name: begin_sequence
INSERT INTO sqlite_sequence (name, seq) SELECT 'message', 0
WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'message')
