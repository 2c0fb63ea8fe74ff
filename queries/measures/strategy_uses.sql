-- name: strategy_uses
-- purpose: What was tried, at which session, for which threat and with which member.
-- grain: one row per (strategy_id)
-- reads: native_sessions, native_strategies, native_threats
-- kept: with its case
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
-- columns:
--   strategy_id        VARCHAR   not null
--   case_id            VARCHAR   not null
--   session_no         INTEGER   not null
--   held_on            DATE      null without dates
--   strategy           VARCHAR   not null
--   threat_type        VARCHAR   null when it was not meant for a coded threat
--   member_id          VARCHAR   null when it was meant for the whole family
--   context            VARCHAR   not null, threat or partial_alliance
--   helpful            VARCHAR   the therapist's own word afterwards, null when not given
-- order: strategy_id
select
    strategies.strategy_id,
    sessions.case_id,
    cast(sessions.session_no as integer) as session_no,
    sessions.held_on,
    strategies.strategy,
    threats.threat_type,
    strategies.member_id,
    strategies.context,
    strategies.helpful
from native_strategies as strategies
inner join native_sessions as sessions on strategies.session_id = sessions.session_id
left join native_threats as threats on strategies.threat_id = threats.threat_id
where
    (
        cast($scope_case_ids as varchar[]) is null
        or sessions.case_id in (select unnest(cast($scope_case_ids as varchar[])))
    )
order by strategies.strategy_id
