-- Each statement finds what contradicts the promise in its comment; a sound store gives no row.

-- name: balances
-- A balance is the sum of the account's ledger.
SELECT account.id, account.no, balance, coalesce(entries.total, 0)
FROM account LEFT JOIN (SELECT account, sum(amount) AS total FROM ledger GROUP BY account) AS entries
    ON entries.account = account.no
WHERE balance <> coalesce(entries.total, 0)
ORDER BY account.no

-- name: charges
-- A charge is the sum of the prices of the messages that name it, and counts them; the pruned have left their totals.
SELECT ledger.no, ledger.account, -ledger.amount, ledger.messages, coalesce(paid.total, 0), coalesce(paid.messages, 0)
FROM ledger LEFT JOIN (
    SELECT charge, sum(total) AS total, sum(messages) AS messages
    FROM (
        SELECT charge, price AS total, 1 AS messages FROM message WHERE charge IS NOT NULL
        UNION ALL
        SELECT charge, total, messages FROM pruned_charge
    )
    GROUP BY charge
) AS paid ON paid.charge = ledger.no
WHERE cause = 'charge' AND (-ledger.amount <> coalesce(paid.total, 0) OR ledger.messages <> coalesce(paid.messages, 0))
ORDER BY ledger.no

-- name: wrong_charges
-- A message's charge is a charge, of its own account.
SELECT message.id, message.charge
FROM message LEFT JOIN ledger ON ledger.no = message.charge
WHERE message.charge IS NOT NULL
    AND (ledger.no IS NULL OR ledger.cause <> 'charge' OR ledger.account <> message.account)
ORDER BY message.id

-- name: missing_refunds
-- A message that is not charged, or for which another was sent, has had its price back.
SELECT message.id, message.price
FROM message LEFT JOIN ledger ON ledger.message = message.id
WHERE (message.charged = 0 OR message.fallback IS NOT NULL) AND message.price > 0 AND ledger.no IS NULL
ORDER BY message.id

-- name: wrong_refunds
-- A refund is the price of an uncharged message of the same account.
SELECT ledger.no, ledger.message
FROM ledger JOIN message ON message.id = ledger.message
WHERE ledger.cause = 'refund' AND (
    (message.charged IS NOT 0 AND message.fallback IS NULL) OR message.price <> ledger.amount
    OR message.account <> ledger.account
)
ORDER BY ledger.no

-- name: pruned_refunds
-- The refunds of an account whose messages are gone are those that the pruned had.
SELECT account, sum(messages), sum(total)
FROM (
    SELECT ledger.account, 1 AS messages, ledger.amount AS total
    FROM ledger LEFT JOIN message ON message.id = ledger.message
    WHERE ledger.cause = 'refund' AND message.id IS NULL
    UNION ALL
    SELECT ledger.account, -refunds, -refunded_total
    FROM pruned_charge JOIN ledger ON ledger.no = pruned_charge.charge
)
GROUP BY account
HAVING sum(messages) <> 0 OR sum(total) <> 0
ORDER BY account

-- name: without_content
-- Whatever may still be sent has something to send.
SELECT message.id
FROM message LEFT JOIN content USING (id)
WHERE message.result IS NULL AND content.id IS NULL
ORDER BY message.id

-- name: forgotten_results
-- A carrier's result that fits a message has settled it.
SELECT message.id, early_result.carrier
FROM early_result JOIN message USING (carrier, carrier_ref)
WHERE message.result IS NULL
ORDER BY message.id

-- name: fallbacks
-- A fallback and its Kakao message know each other, are of one account, and get their result together.
SELECT child.id, child.parent
FROM message AS child LEFT JOIN message AS parent ON parent.id = child.parent
WHERE child.parent IS NOT NULL AND (
    parent.fallback IS NOT child.id OR parent.account <> child.account OR parent.result IS NOT child.result
    OR parent.charged = 1 OR (child.result IS NULL) <> (child.reported_at_ms IS NULL)
)
ORDER BY child.id

-- name: lost_fallbacks
SELECT parent.id, parent.fallback
FROM message AS parent LEFT JOIN message AS child ON child.id = parent.fallback
WHERE parent.fallback IS NOT NULL AND child.parent IS NOT parent.id
ORDER BY parent.id

-- name: usage
-- The messages of a day are those that its usage counts, but for the pruned.
SELECT account, day, sum(messages)
FROM (
    SELECT account, (accepted_at_ms + 32400000) / 86400000 AS day, 1 AS messages FROM message WHERE counted = 1
    UNION ALL
    SELECT account, day, pruned - messages FROM usage
)
GROUP BY account, day
HAVING sum(messages) <> 0
ORDER BY account, day

-- name: reports
-- A report is owed for each settled message that is no fallback and not reported, and for nothing else.
SELECT id
FROM message
LEFT JOIN report ON report.account = message.account AND report.service = message.service AND report.message = id
WHERE (result IS NOT NULL AND parent IS NULL AND reported_at_ms IS NULL) <> (report.message IS NOT NULL)
UNION
SELECT message FROM report WHERE message NOT IN (SELECT id FROM message)
