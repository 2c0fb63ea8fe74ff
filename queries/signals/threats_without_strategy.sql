-- name: threats_without_strategy
-- purpose: Threats open for several held sessions up to the latest without any strategy recorded.
-- grain: one row per (threat_id)
-- reads: native_sessions, native_strategies, registry_rules, session_threats, threat_periods
-- params:
-- columns:
--   threat_id          VARCHAR   not null
--   case_id            VARCHAR   not null
--   member_id          VARCHAR   null when it concerns the whole family
--   threat_type        VARCHAR   not null
--   held_count         INTEGER   not null, held sessions at which it was open
--   from_session_no    INTEGER   not null
--   latest_held_session_no INTEGER not null
-- order: threat_id
with

held_sessions as (

    select
        case_id,
        session_id,
        session_no,
        session_no = max(session_no) over (partition by case_id) as is_latest_held
    from native_sessions
    where status = 'held'

),

held_while_open as (

    select
        threats.threat_id,
        count(*) as held_count,
        max(held.session_no) as latest_held_session_no
    from session_threats as threats
    inner join held_sessions as held on threats.session_id = held.session_id
    group by threats.threat_id
    having bool_or(held.is_latest_held)

),

tried as (

    select distinct threat_id
    from native_strategies
    where threat_id is not null

)

select
    periods.threat_id,
    periods.case_id,
    periods.member_id,
    periods.threat_type,
    cast(held.held_count as integer) as held_count,
    periods.from_session_no,
    cast(held.latest_held_session_no as integer) as latest_held_session_no
from held_while_open as held
inner join threat_periods as periods on held.threat_id = periods.threat_id
cross join registry_rules as rules
left join tried on periods.threat_id = tried.threat_id
where held.held_count >= rules.threat_held_sessions and tried.threat_id is null
order by periods.threat_id
