-- name: threat_types_by_month
-- purpose: How many threats of each type were coded in a month, and how many were open at one of
--   its sessions. Only where the export has dates.
-- grain: one row per (month_start_date, threat_type)
-- reads: native_sessions, selected_cases, session_threats, threat_periods
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
--   month_start_date   DATE      not null, its first day
--   threat_type        VARCHAR   not null
--   opened_count       INTEGER   not null, threats coded from a day of the month
--   open_count         INTEGER   not null, threats open at a session of the month, these included
--   case_count         INTEGER   not null, cases with one of either
-- order: month_start_date, threat_type
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

moments as (

    select
        periods.case_id,
        periods.threat_id,
        periods.threat_type,
        periods.from_date as day,
        true as is_opening
    from threat_periods as periods
    inner join chosen_cases on periods.case_id = chosen_cases.case_id
    where periods.from_date is not null
    union all
    select
        threats.case_id,
        threats.threat_id,
        threats.threat_type,
        sessions.held_on as day,
        false as is_opening
    from session_threats as threats
    inner join chosen_cases on threats.case_id = chosen_cases.case_id
    inner join native_sessions as sessions on threats.session_id = sessions.session_id
    where sessions.held_on is not null

)

select
    cast(date_trunc('month', moments.day) as date) as month_start_date,
    moments.threat_type,
    cast(
        count(distinct moments.threat_id) filter (where moments.is_opening) as integer
    ) as opened_count,
    cast(
        count(distinct moments.threat_id) filter (where not moments.is_opening) as integer
    ) as open_count,
    cast(count(distinct moments.case_id) as integer) as case_count
from moments
where
    (cast($date_from as date) is null or moments.day >= cast($date_from as date))
    and (cast($date_to as date) is null or moments.day <= cast($date_to as date))
group by month_start_date, moments.threat_type
order by month_start_date, moments.threat_type
