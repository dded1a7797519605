-- Commit point 3: a row for each settled message and way to its customer, until it is delivered. A fallback has none: its
-- parent is reported.

-- name: owe
-- Owed again, it is anybody's.
INSERT INTO report (account, service, way, message, owner, lease_until_ms, attempts)
SELECT account, service, :way, id, :token, :until, :attempts FROM message WHERE id IN carray(:ids)
ON CONFLICT DO UPDATE SET owner = excluded.owner, lease_until_ms = excluded.lease_until_ms

-- name: takeable
SELECT id, message.account, message.service, group_id, message_id, receiver, sent_at_ms, result, telecom
FROM report JOIN message ON id = report.message
WHERE
    report.account = :account AND report.service = :service AND way = :way AND report.message > :after
    AND (owner IS NULL OR owner = :token OR lease_until_ms <= :now)
ORDER BY report.message
LIMIT :limit

-- name: take
UPDATE report SET owner = :token, lease_until_ms = :until, attempts = attempts + 1
WHERE account = :account AND service = :service AND way = :way AND message IN carray(:ids)

-- name: renew
UPDATE report SET lease_until_ms = :until
FROM message
WHERE
    id IN carray(:ids) AND report.account = message.account AND report.service = message.service AND way = :way
    AND report.message = id AND owner = :token
RETURNING message

-- name: delivered
DELETE FROM report
WHERE
    owner = :token
    AND (account, service, way, message) IN (SELECT account, service, :way, id FROM message WHERE id IN carray(:ids))

-- name: reported
-- When it is delivered on every way.
UPDATE message SET reported_at_ms = :now
WHERE
    id IN carray(:ids) AND result IS NOT NULL AND reported_at_ms IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM report
        WHERE report.account = message.account AND report.service = message.service AND report.message = id AND way = 1
    )

-- name: end_leases
-- Of those before: this process has the store for itself.
UPDATE report SET owner = NULL, lease_until_ms = NULL WHERE owner IS NOT NULL
