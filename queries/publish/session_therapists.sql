-- name: session_therapists
-- purpose: The lead and co-therapists a case had at each of its sessions.
-- grain: one row per (session_id, therapist_id)
-- reads: native_sessions, therapist_spans
-- params:
-- columns:
--   session_id        VARCHAR  not null
--   therapist_id      VARCHAR  not null
-- order: session_id, therapist_id
select distinct
    sessions.session_id,
    spans.therapist_id
from native_sessions as sessions
inner join therapist_spans as spans on sessions.case_id = spans.case_id
where
    spans.role in ('lead', 'co')
    and (
        sessions.held_on is null
        or spans.from_date is null
        or spans.from_date <= sessions.held_on
    )
    and (
        sessions.held_on is null
        or spans.to_date is null
        or spans.to_date >= sessions.held_on
    )
order by sessions.session_id, spans.therapist_id
