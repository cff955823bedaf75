-- How the last attempt to deliver to an endpoint went, as JSON.
alter table webhook_endpoints add column last_attempt text;
-- What the delivery engine looks for: accounts with events that are not queued, endpoints with a delivery that is due, and the
-- next deliveries of an endpoint. Those that wait for a later attempt are not looked at.
create index webhook_endpoints_behind on webhook_endpoints (account_id, read_sequence) where enabled and secret is not null;
create index webhook_endpoints_due on webhook_endpoints (due_at, account_id, id) where enabled and secret is not null;
create index webhook_endpoints_leased on webhook_endpoints (account_id, id) where leased_until is not null;
create index webhook_endpoints_disabled on webhook_endpoints (account_id) where disabled_reason is not null;
drop index webhook_deliveries_due;
create index webhook_deliveries_due on webhook_deliveries (account_id, endpoint_id, next_attempt_at, id)
    where next_attempt_at is not null;
