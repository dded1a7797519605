-- name: add
-- The same bytes under the same name are one file; sending them again makes it young again.
INSERT INTO file (account, name, extension, size, stored_at_ms)
VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET stored_at_ms = max(stored_at_ms, excluded.stored_at_ms)

-- name: one
SELECT account, name, extension, size, stored_at_ms FROM file WHERE account = ? AND name = ?

-- name: bytes
-- Each file takes whole blocks of the disk.
SELECT coalesce(sum((size + :block - 1) / :block * :block), 0) FROM file WHERE account = :account

-- name: expired
SELECT account, name, extension, size, stored_at_ms FROM file WHERE stored_at_ms < ? ORDER BY stored_at_ms LIMIT ?

-- name: forget
-- Only one that is still as old: the same bytes may have come again.
DELETE FROM file WHERE account = ? AND name = ? AND stored_at_ms < ?
