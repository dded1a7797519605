-- Which time it was, whether the machine's clock is believed, and what happens when the time is set.

-- name: seen
SELECT seen_at_ms FROM progress

-- name: see
UPDATE progress SET seen_at_ms = ?

-- name: doubt
INSERT INTO clock_doubt (one, since_ms, step_ms) VALUES (1, :now, :step)
ON CONFLICT (one) DO UPDATE SET since_ms = :now, step_ms = :step, confirmed = 0

-- name: end_doubt
DELETE FROM clock_doubt

-- name: confirm
UPDATE clock_doubt SET confirmed = 1

-- name: doubted
SELECT since_ms, step_ms, confirmed FROM clock_doubt

-- name: move_deadlines
-- A message that waits for its fallback has the last moment of all for a deadline, and keeps it.
UPDATE message SET deadline_at_ms = deadline_at_ms + :step
WHERE deadline_at_ms > :after AND deadline_at_ms < 9223372036854775807

-- name: move_queue
UPDATE message INDEXED BY message_queue
SET due_at_ms = iif(due_at_ms <= :old, min(due_at_ms, :new), due_at_ms + :step)
WHERE claim_token IS NULL AND result IS NULL AND (due_at_ms <= :old OR attempts > 0)
