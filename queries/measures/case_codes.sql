-- name: case_codes
-- purpose: The codes of the cases that pass a selection, to page through a service of any size.
-- grain: one row per (case_id)
-- reads: selected_cases
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
--   $group_ids         VARCHAR[] cases with a lead or co of one within the dates; empty: every one
--   $therapist_ids     VARCHAR[] cases with one as lead or co within the dates; empty: every one
--   $family_ids        VARCHAR[] empty list means every family
--   $case_ids          VARCHAR[] empty list means every case
--   $member_ids        VARCHAR[] cases of their families; empty list means every one
--   $threat_types      VARCHAR[] cases with one open within the dates; empty means every case
--   $date_from         DATE      first day counted, null means from the start
--   $date_to           DATE      last day counted, null means to the end
-- columns:
--   case_id            VARCHAR   not null
-- order: case_id
select selected.case_id
from
    selected_cases(
        $scope_case_ids,
        $group_ids,
        $therapist_ids,
        $family_ids,
        $case_ids,
        $member_ids,
        $threat_types,
        $date_from,
        $date_to
    ) as selected
order by selected.case_id
