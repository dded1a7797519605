-- name: enter
INSERT INTO trail (at_ms, who, tool, account, verb, old, new) VALUES (?, ?, ?, ?, ?, ?, ?)

-- name: lines
SELECT t.no, t.at_ms, t.who, t.tool, t.account, a.id, t.verb, t.old, t.new
FROM trail AS t LEFT JOIN account AS a ON a.no = t.account
WHERE (:account IS NULL OR t.account = :account) AND t.no < :before
ORDER BY t.no DESC
LIMIT :limit
