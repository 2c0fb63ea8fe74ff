-- name: coverage_by_member
-- purpose: What share of the forms expected of each member exists, over all their instruments.
-- grain: one row per (case_id, member_id)
-- reads: form_places, selected_cases
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
--   $group_ids         VARCHAR[] cases with a lead or co of one within the dates; empty: every one
--   $therapist_ids     VARCHAR[] cases with one as lead or co within the dates; empty: every one
--   $family_ids        VARCHAR[] empty list means every family
--   $case_ids          VARCHAR[] empty list means every case
--   $member_ids        VARCHAR[] forms about them; empty list means every one
--   $threat_types      VARCHAR[] cases with one open within the dates; empty means every case
--   $instrument_family VARCHAR   empty text means every one
--   $date_from         DATE      first day counted, null means from the start
--   $date_to           DATE      last day counted, null means to the end
-- columns:
--   case_id            VARCHAR   not null
--   member_id          VARCHAR   not null
--   expected_count     INTEGER   not null, forms
--   complete_count     INTEGER   not null, forms, of the expected ones
-- order: case_id, member_id
with

chosen_cases as (

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

)

select
    places.case_id,
    places.target_member_id as member_id,
    cast(count(*) as integer) as expected_count,
    cast(count(*) filter (where places.place_state = 'complete') as integer) as complete_count
from form_places as places
inner join chosen_cases on places.case_id = chosen_cases.case_id
where
    places.is_expected
    and places.target_member_id is not null
    and ($instrument_family = '' or places.instrument_family = $instrument_family)
    and (cast($date_from as date) is null or places.held_on >= cast($date_from as date))
    and (cast($date_to as date) is null or places.held_on <= cast($date_to as date))
    and (
        len(cast($member_ids as varchar[])) = 0
        or list_contains(cast($member_ids as varchar[]), places.target_member_id)
    )
group by places.case_id, places.target_member_id
order by places.case_id, member_id
