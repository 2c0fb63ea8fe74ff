-- name: group_list
-- purpose: Supervision groups whose therapists have or had a part in a case.
-- grain: one row per (group_id)
-- reads: therapist_spans
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
-- columns:
--   group_id           VARCHAR   not null
--   therapist_count    INTEGER   not null
-- order: group_id
select
    spans.group_id,
    cast(count(distinct spans.therapist_id) as integer) as therapist_count
from therapist_spans as spans
where
    spans.group_id is not null
    and (
        cast($scope_case_ids as varchar[]) is null
        or spans.case_id in (select unnest(cast($scope_case_ids as varchar[])))
    )
group by spans.group_id
order by spans.group_id
