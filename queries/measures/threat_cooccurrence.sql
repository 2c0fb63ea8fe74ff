-- name: threat_cooccurrence
-- purpose: Which types of threat were open in a case at the same session.
-- grain: one row per (threat_type, other_type)
-- reads: native_sessions, selected_cases, session_threats
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
--   threat_type        VARCHAR   not null, the first of the two by the alphabet
--   other_type         VARCHAR   not null
--   case_count         INTEGER   not null, cases with both open at the same session
--   session_count      INTEGER   not null, sessions at which both were open
--   type_case_count    INTEGER   not null, cases with the first open at a session
--   other_case_count   INTEGER   not null, cases with the other open at a session
-- order: threat_type, other_type
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

types_then as (

    select distinct
        threats.case_id,
        threats.session_id,
        threats.threat_type
    from session_threats as threats
    inner join chosen_cases on threats.case_id = chosen_cases.case_id
    inner join native_sessions as sessions on threats.session_id = sessions.session_id
    where
        (cast($date_from as date) is null or sessions.held_on >= cast($date_from as date))
        and (cast($date_to as date) is null or sessions.held_on <= cast($date_to as date))

),

cases_of_types as (

    select
        threat_type,
        count(distinct case_id) as case_count
    from types_then
    group by threat_type

),

pairs as (

    select
        one.threat_type,
        other.threat_type as other_type,
        count(distinct one.case_id) as case_count,
        count(*) as session_count
    from types_then as one
    inner join types_then as other
        on one.session_id = other.session_id and one.threat_type < other.threat_type
    group by one.threat_type, other.threat_type

)

select
    pairs.threat_type,
    pairs.other_type,
    cast(pairs.case_count as integer) as case_count,
    cast(pairs.session_count as integer) as session_count,
    cast(cases_of_one.case_count as integer) as type_case_count,
    cast(cases_of_other.case_count as integer) as other_case_count
from pairs
inner join cases_of_types as cases_of_one on pairs.threat_type = cases_of_one.threat_type
inner join cases_of_types as cases_of_other on pairs.other_type = cases_of_other.threat_type
order by pairs.threat_type, pairs.other_type
