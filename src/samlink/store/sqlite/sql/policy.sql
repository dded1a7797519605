-- What the admission rules look up: kept by the command line, read by the gateway. Account 0 is everyone's.

-- name: versions
SELECT account, lists, opt_outs FROM policy_version ORDER BY account

-- name: version
SELECT account, lists, opt_outs FROM policy_version WHERE account = ?

-- name: lists_changed
INSERT INTO policy_version (account, lists) VALUES (?, 1) ON CONFLICT DO UPDATE SET lists = lists + 1

-- name: opt_outs_changed
INSERT INTO policy_version (account, opt_outs) VALUES (?, 1) ON CONFLICT DO UPDATE SET opt_outs = opt_outs + 1

-- name: senders
SELECT number FROM sender WHERE account = ? ORDER BY number

-- name: add_sender
INSERT INTO sender (account, number, added_at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING

-- name: remove_sender
DELETE FROM sender WHERE account = ? AND number = ?

-- name: filters
SELECT no, kind, value FROM filter WHERE account = ? ORDER BY no

-- name: add_filter
INSERT INTO filter (account, kind, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING

-- name: remove_filter
DELETE FROM filter WHERE account = ? AND no = ?

-- name: profiles
SELECT sender_key, name, blocked FROM profile WHERE account = ? ORDER BY sender_key

-- name: put_profile
INSERT INTO profile (account, sender_key, name, blocked) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET name = excluded.name, blocked = excluded.blocked

-- name: remove_profile
DELETE FROM profile WHERE account = ? AND sender_key = ?

-- name: templates
SELECT sender_key, code, text, buttons, blocked FROM template WHERE account = ? ORDER BY sender_key, code

-- name: put_template
INSERT INTO template (account, sender_key, code, text, buttons, blocked) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET text = excluded.text, buttons = excluded.buttons, blocked = excluded.blocked

-- name: remove_template
DELETE FROM template WHERE account = ? AND sender_key = ? AND code = ?

-- name: add_opt_outs
INSERT INTO opt_out (account, number, added_at_ms)
SELECT :account, value, :now FROM carray(:numbers) WHERE true
ON CONFLICT DO NOTHING

-- name: remove_opt_out
DELETE FROM opt_out WHERE account = ? AND number = ?

-- name: opt_outs
SELECT number FROM opt_out WHERE account = ? AND number > ? ORDER BY number LIMIT ?

-- name: opted_out
SELECT 1 FROM opt_out WHERE account = ? AND number = ?

-- name: packed_opt_outs
-- A page of numbers as 8 bytes each, big-endian, in one step: row by row, a million would hold up the gateway's loop.
SELECT unhex(group_concat(format('%016x', number), '' ORDER BY number)), max(number)
FROM (SELECT number FROM opt_out WHERE account = ? AND number > ? ORDER BY number LIMIT ?)
