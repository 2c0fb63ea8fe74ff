-- name: case_therapist_spans
-- purpose: From when to when a therapist had which part in a case.
-- grain: one row per (case_id, therapist_id, role, from_date, to_date)
-- reads: therapist_spans
-- kept: with its case
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
-- columns:
--   case_id            VARCHAR   not null
--   therapist_id       VARCHAR   not null
--   role               VARCHAR   not null, lead, co or observer
--   group_id           VARCHAR   null when the therapist is in no supervision group
--   from_date          DATE      null when not known: from the start
--   to_date            DATE      last day, null when not known: to the end
-- order: case_id, therapist_id, role, from_date, to_date
select
    spans.case_id,
    spans.therapist_id,
    spans.role,
    spans.group_id,
    spans.from_date,
    spans.to_date
from therapist_spans as spans
where
    (
        cast($scope_case_ids as varchar[]) is null
        or spans.case_id in (select unnest(cast($scope_case_ids as varchar[])))
    )
order by spans.case_id, spans.therapist_id, spans.role, spans.from_date, spans.to_date
