-- name: session_threats
-- purpose: The threats that were open at each session.
-- grain: one row per (session_id, threat_id)
-- reads: native_sessions, threat_periods
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   session_id        VARCHAR  not null
--   threat_id         VARCHAR  not null
--   threat_type       VARCHAR  not null
--   member_id         VARCHAR  null when it concerns the whole family
-- order: session_id, threat_id
select
    sessions.case_id,
    sessions.session_id,
    periods.threat_id,
    periods.threat_type,
    periods.member_id
from threat_periods as periods
inner join native_sessions as sessions
    on
        periods.case_id = sessions.case_id
        and periods.from_session_no <= sessions.session_no
        and periods.to_session_no >= sessions.session_no
order by sessions.session_id, periods.threat_id
