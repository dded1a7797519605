-- Passwords that were changed. What is in no row is as it was when the account was added.

-- name: change
INSERT INTO password_change (account, no, old, old_until_ms) VALUES (:account, 2, :old, :until)
ON CONFLICT DO UPDATE SET no = no + 1, old = excluded.old, old_until_ms = excluded.old_until_ms

-- name: end_old
UPDATE password_change SET old = NULL, old_until_ms = NULL WHERE account = ? AND old IS NOT NULL

-- name: all
SELECT account, no, old_until_ms FROM password_change

-- name: of
SELECT no, old_until_ms FROM password_change WHERE account = ?

-- name: old
SELECT old FROM password_change WHERE account = :account AND old_until_ms > :now
