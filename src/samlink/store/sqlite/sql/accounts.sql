-- name: open_account
SELECT * FROM account WHERE id = ? AND closed_at_ms IS NULL

-- name: all_accounts
SELECT * FROM account ORDER BY no

-- name: add
-- The columns that have no default; `set` follows.
INSERT INTO account (
    id, password, created_at_ms, fee_type, sms_cost, lms_cost, mms_cost, batch_limit, variable, max_msg_size,
    service_class, allow, redirect
)
VALUES (
    :id, :password, :now, :fee_type, :sms_cost, :lms_cost, :mms_cost, :batch_limit, :variable, :max_msg_size,
    :service_class, :allow, :redirect
)

-- name: set
UPDATE account
SET
    password = coalesce(:password, password),
    fee_type = :fee_type,
    sms_cost = :sms_cost,
    lms_cost = :lms_cost,
    mms_cost = :mms_cost,
    batch_limit = :batch_limit,
    variable = :variable,
    max_msg_size = :max_msg_size,
    service_class = :service_class,
    allow = :allow,
    redirect = :redirect,
    at_cost = :at_cost,
    ft_cost = :ft_cost,
    month_limit = :month_limit,
    day_limit = :day_limit,
    second_limit = :second_limit,
    duplicate_window_seconds = :duplicate_window_seconds,
    default_sender = :default_sender,
    kinds = :kinds,
    rules = :rules,
    refund = :refund,
    charset = :charset,
    close_acknowledges = :close_acknowledges,
    language = :language
WHERE id = :id AND closed_at_ms IS NULL

-- name: close
UPDATE account SET closed_at_ms = :now WHERE id = :id AND closed_at_ms IS NULL
