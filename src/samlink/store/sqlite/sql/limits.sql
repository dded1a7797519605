-- What an account may still send, and what it uses up.

-- name: terms
SELECT
    month_limit, day_limit, second_limit, duplicate_window_seconds, rules,
    EXISTS (SELECT 1 FROM message INDEXED BY message_wiped WHERE wiped = 1 AND message.account = account.no)
FROM account
WHERE no = ?

-- name: used
-- How many messages were accepted from the first of the month on, and today.
SELECT coalesce(sum(messages), 0), coalesce(sum(messages) FILTER (WHERE day = :day), 0)
FROM usage
WHERE account = :account AND day BETWEEN :first AND :day

-- name: rate
SELECT second, messages FROM rate WHERE account = ?

-- name: use
INSERT INTO usage (account, day, messages) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET messages = messages + excluded.messages

-- name: use_second
INSERT INTO rate (account, second, messages) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET
    messages = iif(second = excluded.second, messages, 0) + excluded.messages, second = excluded.second
