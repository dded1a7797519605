-- Commit point 3: a row for each settled message and way to its customer. A fallback has none: its parent is reported.

-- name: owe
INSERT INTO report (message, account, service, way, owner, lease_until_ms, attempts)
SELECT id, account, service, :way, :token, :until, :attempts FROM message WHERE id IN carray(:ids)

-- name: owe_again
UPDATE report SET delivered_at_ms = NULL, owner = NULL, lease_until_ms = NULL WHERE message IN carray(?)

-- name: takeable
SELECT id, message.account, message.service, group_id, message_id, receiver, sent_at_ms, result, telecom
FROM report INDEXED BY report_owed JOIN message ON id = report.message
WHERE
    report.account = :account AND report.service = :service AND way = :way AND report.message > :after
    AND delivered_at_ms IS NULL AND (owner IS NULL OR owner = :token OR lease_until_ms <= :now)
ORDER BY report.message
LIMIT :limit

-- name: take
UPDATE report SET owner = :token, lease_until_ms = :until, attempts = attempts + 1
WHERE message IN carray(:ids) AND way = :way

-- name: renew
UPDATE report SET lease_until_ms = :until
WHERE message IN carray(:ids) AND way = :way AND owner = :token AND delivered_at_ms IS NULL
RETURNING message

-- name: release
UPDATE report SET owner = NULL, lease_until_ms = NULL
WHERE message IN carray(:ids) AND way = :way AND owner = :token AND delivered_at_ms IS NULL

-- name: delivered
UPDATE report SET delivered_at_ms = :now
WHERE message IN carray(:ids) AND way = :way AND owner = :token AND delivered_at_ms IS NULL

-- name: reported
-- When it is delivered on every way.
UPDATE message SET reported_at_ms = :now
WHERE
    id IN carray(:ids) AND result IS NOT NULL AND reported_at_ms IS NULL
    AND NOT EXISTS (SELECT 1 FROM report WHERE report.message = id AND delivered_at_ms IS NULL)

-- name: end_leases
-- Of those before: this process has the store for itself.
UPDATE report SET owner = NULL, lease_until_ms = NULL WHERE owner IS NOT NULL AND delivered_at_ms IS NULL
