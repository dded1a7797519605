-- The ledger, and the balance, which only ever changes by a conditional UPDATE beside its entry.

-- name: balance
SELECT balance, fee_type FROM account WHERE no = ?

-- name: take
UPDATE account SET balance = balance - :amount WHERE no = :account AND (fee_type = 2 OR balance >= :amount)

-- name: give
UPDATE account SET balance = balance + :amount WHERE no = :account

-- name: enter
INSERT INTO ledger (account, at_ms, cause, amount, messages, message, note) VALUES (?, ?, ?, ?, ?, ?, ?)

-- name: lines
SELECT no, at_ms, cause, amount, messages, message, note
FROM ledger
WHERE account = :account AND no < :before
ORDER BY no DESC
LIMIT :limit
