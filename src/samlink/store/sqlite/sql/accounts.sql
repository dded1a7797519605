-- name: open_account
SELECT
    no, id, fee_type, sms_cost, lms_cost, mms_cost, balance, batch_limit, variable, max_msg_size, service_class,
    allow, redirect, closed_at_ms, password
FROM account
WHERE id = ? AND closed_at_ms IS NULL

-- name: all_accounts
SELECT
    no, id, fee_type, sms_cost, lms_cost, mms_cost, balance, batch_limit, variable, max_msg_size, service_class,
    allow, redirect, closed_at_ms, password
FROM account
ORDER BY no

-- name: add
INSERT INTO account (
    id, password, fee_type, sms_cost, lms_cost, mms_cost, batch_limit, variable, max_msg_size, service_class, allow,
    redirect, created_at_ms
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: set
-- NULL leaves a setting as it is.
UPDATE account
SET
    password = coalesce(:password, password),
    fee_type = coalesce(:fee_type, fee_type),
    sms_cost = coalesce(:sms_cost, sms_cost),
    lms_cost = coalesce(:lms_cost, lms_cost),
    mms_cost = coalesce(:mms_cost, mms_cost),
    batch_limit = coalesce(:batch_limit, batch_limit),
    variable = coalesce(:variable, variable),
    max_msg_size = coalesce(:max_msg_size, max_msg_size),
    service_class = coalesce(:service_class, service_class),
    allow = coalesce(:allow, allow),
    redirect = coalesce(:redirect, redirect)
WHERE id = :id AND closed_at_ms IS NULL

-- name: close
UPDATE account SET closed_at_ms = :now WHERE id = :id AND closed_at_ms IS NULL
