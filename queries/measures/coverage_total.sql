-- name: coverage_total
-- purpose: What the chosen data cover: dates, families, sessions, share of the expected forms.
-- grain: one row per (first_held_on)
-- reads: case_facts, form_places, selected_cases, session_facts
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
--   first_held_on      DATE      null without dates
--   last_held_on       DATE      null without dates
--   family_count       INTEGER   not null
--   case_count         INTEGER   not null
--   held_count         INTEGER   not null, sessions held
--   expected_count     INTEGER   not null, forms
--   complete_count     INTEGER   not null, forms, of the expected ones
--   partial_under_60   VARCHAR[] not null, families with under 60 % of their expected forms, sorted
-- order: first_held_on
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

),

held as (

    select
        min(session_facts.held_on) as first_held_on,
        max(session_facts.held_on) as last_held_on,
        count(*) as held_count
    from session_facts
    inner join chosen_cases on session_facts.case_id = chosen_cases.case_id
    where
        session_facts.status = 'held'
        and (cast($date_from as date) is null or session_facts.held_on >= cast($date_from as date))
        and (cast($date_to as date) is null or session_facts.held_on <= cast($date_to as date))

),

counted as (

    select
        count(distinct case_facts.family_id) as family_count,
        count(*) as case_count
    from case_facts
    inner join chosen_cases on case_facts.case_id = chosen_cases.case_id

),

family_coverage as (

    select
        case_facts.family_id,
        count(*) as expected_count,
        count(*) filter (where places.place_state = 'complete') as complete_count
    from form_places as places
    inner join chosen_cases on places.case_id = chosen_cases.case_id
    inner join case_facts on places.case_id = case_facts.case_id
    where
        places.is_expected
        and ($instrument_family = '' or places.instrument_family = $instrument_family)
        and (cast($date_from as date) is null or places.held_on >= cast($date_from as date))
        and (cast($date_to as date) is null or places.held_on <= cast($date_to as date))
        and (
            len(cast($member_ids as varchar[])) = 0
            or list_contains(cast($member_ids as varchar[]), places.target_member_id)
        )
    group by case_facts.family_id

),

covered as (

    select
        sum(expected_count) as expected_count,
        sum(complete_count) as complete_count,
        list(family_id order by family_id)
        filter (where complete_count * 100 < expected_count * 60) as partial_under_60
    from family_coverage

)

select
    held.first_held_on,
    held.last_held_on,
    cast(counted.family_count as integer) as family_count,
    cast(counted.case_count as integer) as case_count,
    cast(held.held_count as integer) as held_count,
    cast(coalesce(covered.expected_count, 0) as integer) as expected_count,
    cast(coalesce(covered.complete_count, 0) as integer) as complete_count,
    coalesce(covered.partial_under_60, cast([] as varchar[])) as partial_under_60
from held
cross join counted
cross join covered
order by held.first_held_on
