-- name: therapist_spans
-- purpose: From when to when a therapist had which part in a case.
-- grain: one row per (case_id, therapist_id, role, from_date, to_date)
-- reads: native_case_therapists, native_therapists
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   therapist_id      VARCHAR  not null
--   role              VARCHAR  not null, lead, co or observer
--   group_id          VARCHAR  null when the therapist is in no supervision group
--   from_date         DATE     null when not known: from the start
--   to_date           DATE     last day, null when not known: to the end
-- order: case_id, therapist_id, role, from_date, to_date
select distinct
    case_therapists.case_id,
    case_therapists.therapist_id,
    case_therapists.role,
    therapists.group_id,
    case_therapists.from_date,
    case_therapists.to_date
from native_case_therapists as case_therapists
left join native_therapists as therapists
    on case_therapists.therapist_id = therapists.therapist_id
order by
    case_therapists.case_id,
    case_therapists.therapist_id,
    case_therapists.role,
    case_therapists.from_date,
    case_therapists.to_date
