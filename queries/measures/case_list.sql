-- name: case_list
-- purpose: The episodes of care with their therapists, sessions and share of expected forms.
-- grain: one row per (case_id)
-- reads: case_facts, selected_cases
-- kept: with its case
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
--   family_id          VARCHAR   not null
--   modality           VARCHAR   not null
--   referral           VARCHAR   not null
--   opened_on          DATE      null without dates
--   closed_on          DATE      null while it goes on, or without dates
--   ending             VARCHAR   not null
--   is_latest_of_family BOOLEAN   not null, the family's last episode to begin
--   session_count      INTEGER   not null
--   held_count         INTEGER   not null
--   first_held_on      DATE      null without dates
--   last_held_on       DATE      null without dates
--   lead_therapist_ids VARCHAR[] not null, sorted
--   co_therapist_ids   VARCHAR[] not null, sorted
--   group_ids          VARCHAR[] not null, of leads and co-therapists, sorted
--   instrument_families VARCHAR[] not null, alliance first, then commonest; empty without forms
--   expected_count     INTEGER   not null, forms of the whole case
--   complete_count     INTEGER   not null, forms, of the expected ones
-- order: case_id
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
    case_facts.case_id,
    case_facts.family_id,
    case_facts.modality,
    case_facts.referral,
    case_facts.opened_on,
    case_facts.closed_on,
    case_facts.ending,
    case_facts.is_latest_of_family,
    case_facts.session_count,
    case_facts.held_count,
    case_facts.first_held_on,
    case_facts.last_held_on,
    case_facts.lead_therapist_ids,
    case_facts.co_therapist_ids,
    case_facts.group_ids,
    case_facts.instrument_families,
    case_facts.expected_count,
    case_facts.complete_count
from case_facts
inner join chosen_cases on case_facts.case_id = chosen_cases.case_id
order by case_facts.case_id
