-- name: threat_periods
-- purpose: From which session to which a coded threat to the alliance was open.
-- grain: one row per (threat_id)
-- reads: native_sessions, native_threats
-- params:
-- columns:
--   threat_id         VARCHAR  not null
--   case_id           VARCHAR  not null
--   member_id         VARCHAR  null when it concerns the whole family
--   threat_type       VARCHAR  not null
--   severity          INTEGER  not null, 1 to 3
--   reported_by       VARCHAR  not null
--   status            VARCHAR  not null
--   from_session_no   INTEGER  not null
--   to_session_no     INTEGER  not null, last session at which it was open
--   from_date         DATE     null without dates
--   to_date           DATE     last session's date; null while open and without dates
--   closed_on         DATE     date of the session from which it is closed; null likewise
--   is_open           BOOLEAN  not null, nothing closed it and its status says so
-- order: threat_id
with

bounded as (

    select
        threats.threat_id,
        threats.case_id,
        threats.member_id,
        threats.threat_type,
        threats.severity,
        threats.reported_by,
        threats.status,
        opening.session_no as from_session_no,
        coalesce(threats.opened_on, opening.held_on) as from_date,
        closing.session_no as closing_session_no,
        closing.held_on as closed_on
    from native_threats as threats
    inner join native_sessions as opening on threats.session_id = opening.session_id
    left join native_sessions as closing on threats.closed_session_id = closing.session_id

),

last_sessions as (

    select
        bounded.threat_id,
        max(sessions.session_no) as to_session_no,
        max_by(sessions.held_on, sessions.session_no) as to_date
    from bounded
    inner join native_sessions as sessions on bounded.case_id = sessions.case_id
    where
        sessions.session_no = bounded.from_session_no
        or bounded.closing_session_no is null
        or (
            sessions.session_no > bounded.from_session_no
            and sessions.session_no < bounded.closing_session_no
        )
    group by bounded.threat_id

)

select
    bounded.threat_id,
    bounded.case_id,
    bounded.member_id,
    bounded.threat_type,
    cast(bounded.severity as integer) as severity,
    bounded.reported_by,
    bounded.status,
    cast(bounded.from_session_no as integer) as from_session_no,
    cast(last_sessions.to_session_no as integer) as to_session_no,
    bounded.from_date,
    if(bounded.closing_session_no is null, null, last_sessions.to_date) as to_date,
    bounded.closed_on,
    bounded.closing_session_no is null and bounded.status in ('open', 'watching') as is_open
from bounded
inner join last_sessions on bounded.threat_id = last_sessions.threat_id
order by bounded.threat_id
