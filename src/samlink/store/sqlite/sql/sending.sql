-- From the queue to a carrier, and what becomes of a claim that nobody answers for.

-- name: claimable
-- What has expired is left to `expired`, but for what may have been sent already: see there.
SELECT
    message.id, account, kind, sender, receiver, subject, text, url, user_code, files, expires_at_ms, attempts + 1,
    unknowns, kakao, service, parent
FROM message INDEXED BY message_queue JOIN content USING (id)
WHERE
    claim_token IS NULL AND result IS NULL AND route = :route AND due_at_ms <= :now
    AND (expires_at_ms IS NULL OR expires_at_ms > :now OR unknowns > 0)
ORDER BY due_at_ms, message.id
LIMIT :limit

-- name: register
INSERT INTO owner (name, since_ms) VALUES (?, ?)

-- name: forget_owners
-- A token is not given out again all the same: AUTOINCREMENT knows the highest.
DELETE FROM owner

-- name: renew
-- A lease that has ended is anybody's.
UPDATE message SET deadline_at_ms = :lease_until
WHERE
    id IN carray(:ids) AND claim_token = :token AND deadline_at_ms > :now
    AND submitted_at_ms IS NULL AND unknown_at_ms IS NULL AND result IS NULL
RETURNING id

-- name: end_leases
-- Of claims: every one is of a process that is gone.
UPDATE message INDEXED BY message_flight SET deadline_at_ms = 0
WHERE deadline_at_ms IS NOT NULL AND submitted_at_ms IS NULL AND unknown_at_ms IS NULL

-- name: claim
UPDATE message
SET
    claim_token = :token, deadline_at_ms = :lease_until, attempts = attempts + 1, carrier = nullif(:carrier, '')
WHERE id IN carray(:ids)

-- name: submitted
-- A message that was settled in between keeps its result, and learns its reference for a late one.
UPDATE message
SET
    submitted_at_ms = ?5, unknown_at_ms = NULL, carrier = ?2, carrier_ref = nullif(?3, ''),
    deadline_at_ms = iif(result IS NULL, ?6, NULL)
WHERE id = ?1 AND claim_token = ?4 AND submitted_at_ms IS NULL

-- name: unknown
UPDATE message
SET unknown_at_ms = :now, unknowns = unknowns + 1, deadline_at_ms = :wait_until
WHERE
    id IN carray(:ids) AND claim_token = :token
    AND submitted_at_ms IS NULL AND unknown_at_ms IS NULL AND result IS NULL

-- name: requeue
-- The carrier that may have it gets it again, and no other.
UPDATE message
SET
    claim_token = NULL, deadline_at_ms = NULL, unknown_at_ms = NULL, due_at_ms = :due,
    route = iif(unknowns > 0, '@' || coalesce(carrier, ''), route), carrier = iif(unknowns > 0, carrier, NULL)
WHERE
    id IN carray(:ids) AND claim_token IS NOT NULL AND (:token IS NULL OR claim_token = :token)
    AND submitted_at_ms IS NULL AND result IS NULL

-- name: rescue
-- By lease alone, whoever claimed it.
UPDATE message
SET
    unknown_at_ms = :now, unknowns = unknowns + 1,
    deadline_at_ms = iif(service = :sms, :sms_until, :other_until)
WHERE
    deadline_at_ms <= :now
    AND submitted_at_ms IS NULL AND unknown_at_ms IS NULL

-- name: unknowns
SELECT
    message.id, account, kind, sender, receiver, subject, text, url, user_code, files, expires_at_ms, attempts, unknowns,
    kakao, service, parent
FROM message INDEXED BY message_unknown JOIN content USING (id)
WHERE
    unknown_at_ms IS NOT NULL AND result IS NULL AND carrier IS nullif(:carrier, '') AND message.id > :after_id
ORDER BY message.id
LIMIT :limit

-- name: overdue
SELECT
    message.id, account, kind, sender, receiver, subject, text, url, user_code, files, expires_at_ms, attempts, unknowns,
    kakao, service, parent
FROM message INDEXED BY message_flight JOIN content USING (id)
WHERE deadline_at_ms <= :now AND (submitted_at_ms IS NOT NULL OR unknown_at_ms IS NOT NULL)
ORDER BY deadline_at_ms
LIMIT :limit

-- name: forsaken
-- Queued for the one carrier that may have had it (a route of its own, `@carrier`), which has not claimed it since.
SELECT
    message.id, account, kind, sender, receiver, subject, text, url, user_code, files, expires_at_ms, attempts, unknowns,
    kakao, service, parent
FROM message INDEXED BY message_queue JOIN content USING (id)
WHERE
    claim_token IS NULL AND result IS NULL AND route >= '@' AND route < 'A'
    AND due_at_ms <= iif(service = :sms, :sms_before, :other_before)
ORDER BY due_at_ms
LIMIT :limit

-- name: doubtful_carrier
-- In doubt since a life of this database was lost: whoever alone serves their route may have had them.
UPDATE message INDEXED BY message_flight SET carrier = :carrier
WHERE
    deadline_at_ms IS NOT NULL AND claim_token = 0 AND carrier IS NULL AND submitted_at_ms IS NULL AND route = :route

-- name: routes_in_use
SELECT DISTINCT route FROM message INDEXED BY message_queue WHERE claim_token IS NULL AND result IS NULL

-- name: abandon
-- Its carrier is gone, and may have had these: as if their claims had died.
UPDATE message INDEXED BY message_queue
SET claim_token = 0, deadline_at_ms = :now, attempts = attempts + 1
WHERE claim_token IS NULL AND result IS NULL AND route = :route

-- name: reroute
UPDATE message INDEXED BY message_queue SET route = :to
WHERE claim_token IS NULL AND result IS NULL AND route = :route
