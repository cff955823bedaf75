-- From when on the state of a work package holds, as its version says, so that lists in the past by the time of change or by the
-- last day read an index in their order.
alter table work_package_states add column effective bigint not null default 0;
update work_package_states set effective = coalesce((select v.effective from versions v
    where v.account_id = work_package_states.account_id and v.sequence = work_package_states.sequence), updated_at);
create index work_package_states_by_change on work_package_states (account_id, updated_at, id, sequence, effective);
create index work_package_states_by_last_day on work_package_states
    (account_id, (coalesce(due_date, '9999-12-32')), id, sequence, effective);
