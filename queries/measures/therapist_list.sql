-- name: therapist_list
-- purpose: Therapists who have or had a part in a case, with their group and stage of training.
-- grain: one row per (therapist_id)
-- reads: native_therapists, therapist_spans
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
-- columns:
--   therapist_id       VARCHAR   not null
--   group_id           VARCHAR   null when in no supervision group
--   grade              VARCHAR   null when the export does not say
-- order: therapist_id
select
    spans.therapist_id,
    therapists.group_id,
    therapists.grade
from therapist_spans as spans
left join native_therapists as therapists on spans.therapist_id = therapists.therapist_id
where
    (
        cast($scope_case_ids as varchar[]) is null
        or spans.case_id in (select unnest(cast($scope_case_ids as varchar[])))
    )
group by spans.therapist_id, therapists.group_id, therapists.grade
order by spans.therapist_id
