-- What was accepted lately, by digests; `digests.py` says why there are two tables.

-- name: ends
-- The numbers of the first and the last packet, and whether there is anything older than packets.
SELECT
    coalesce((SELECT min(no) FROM digest_packet), 0), coalesce((SELECT max(no) FROM digest_packet), 0),
    EXISTS (SELECT 1 FROM digest)

-- name: later
SELECT no, account, at_ms, digests FROM digest_packet WHERE no > ? ORDER BY no

-- name: oldest
SELECT no, account, at_ms, digests FROM digest_packet ORDER BY no

-- name: add
INSERT INTO digest_packet (no, account, at_ms, digests) VALUES (?, ?, ?, ?)

-- name: move
INSERT INTO digest (account, digest, at_ms) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET at_ms = max(at_ms, excluded.at_ms)

-- name: moved
DELETE FROM digest_packet WHERE no <= ?

-- name: older
SELECT digest FROM digest WHERE account = ? AND digest IN carray(?) AND +at_ms > ?  -- by digest, never by age

-- name: ended
SELECT old.no, old.digests
FROM account CROSS JOIN digest_packet AS old INDEXED BY digest_packet_age ON old.account = account.no
WHERE old.at_ms <= :now - duplicate_window_seconds * 1000
LIMIT :limit

-- name: remove
DELETE FROM digest_packet WHERE no = ?

-- name: forget
DELETE FROM digest
WHERE (account, digest) IN (
    SELECT old.account, old.digest
    FROM account CROSS JOIN digest AS old INDEXED BY digest_age ON old.account = account.no
    WHERE old.at_ms <= :now - duplicate_window_seconds * 1000
    LIMIT :limit
)
