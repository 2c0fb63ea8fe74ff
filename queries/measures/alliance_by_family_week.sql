-- name: alliance_by_family_week
-- purpose: The lowest rating by a member in each week of a case: never a mean over people.
-- grain: one row per (case_id, instrument_family, week_start_date)
-- reads: case_facts, cells, registry_families, selected_cases, session_facts
-- kept: with its case
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
--   $group_ids         VARCHAR[] cases with a lead or co of one within the dates; empty: every one
--   $therapist_ids     VARCHAR[] cases with one as lead or co within the dates; empty: every one
--   $family_ids        VARCHAR[] empty list means every family
--   $case_ids          VARCHAR[] empty list means every case
--   $member_ids        VARCHAR[] only their ratings; empty list means every member
--   $threat_types      VARCHAR[] cases with one open within the dates; empty means every case
--   $instrument_family VARCHAR   empty text means every one
--   $scale             VARCHAR   empty text means the first scale of the instrument
--   $date_from         DATE      first day counted, null means from the start
--   $date_to           DATE      last day counted, null means to the end
-- columns:
--   family_id          VARCHAR   not null
--   case_id            VARCHAR   not null
--   instrument_family  VARCHAR   not null
--   week_start_date    DATE      not null, Monday; sessions without a date are left out
--   scale              VARCHAR   not null, the one asked for, else the first of the instrument
--   lowest_score       DOUBLE    raw points, null when nobody rated
--   rated_count        INTEGER   not null, ratings in that week
--   expected_count     INTEGER   not null, expected forms in that week
--   step               INTEGER   display step of the lowest rating, null as in alliance_cells
--   state              VARCHAR   not null, rated, no_form or not_held
--   member_ids         VARCHAR[] not null, who rated, in step with scores
--   scores             DOUBLE[]  not null, raw points, by member and session
--   is_true_zero       BOOLEAN   not null
-- order: case_id, instrument_family, week_start_date
with

chosen_cases as (

    select
        selected.case_id,
        case_facts.family_id
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
    inner join case_facts on selected.case_id = case_facts.case_id

),

chosen_sessions as (

    select
        session_facts.session_id,
        session_facts.week_start_date,
        session_facts.status
    from session_facts
    inner join chosen_cases on session_facts.case_id = chosen_cases.case_id

),

shown_cells as (

    select
        chosen_cases.family_id,
        cells.case_id,
        cells.instrument_family,
        sessions.week_start_date,
        cells.scale,
        cells.session_no,
        cells.target_member_id,
        cells.score,
        cells.step,
        cells.is_expected,
        cells.is_true_zero,
        sessions.status,
        min(cells.score) over (
            partition by cells.case_id, cells.instrument_family, sessions.week_start_date
        ) as lowest_in_week
    from cells
    inner join chosen_cases on cells.case_id = chosen_cases.case_id
    inner join chosen_sessions as sessions on cells.session_id = sessions.session_id
    inner join registry_families as families
        on cells.instrument_family = families.instrument_family
    where
        cells.is_member_rating
        and cells.held_on is not null
        and cells.scale = if($scale = '', families.default_scale, $scale)
        and ($instrument_family = '' or cells.instrument_family = $instrument_family)
        and (cast($date_from as date) is null or cells.held_on >= cast($date_from as date))
        and (cast($date_to as date) is null or cells.held_on <= cast($date_to as date))
        and (
            len(cast($member_ids as varchar[])) = 0
            or list_contains(cast($member_ids as varchar[]), cells.target_member_id)
        )

)

select
    family_id,
    case_id,
    instrument_family,
    week_start_date,
    scale,
    min(score) as lowest_score,
    cast(count(score) as integer) as rated_count,
    cast(count(*) filter (where is_expected) as integer) as expected_count,
    min(step) filter (where score = lowest_in_week) as step,
    case
        when count(score) > 0 then 'rated'
        when bool_or(status = 'held') then 'no_form'
        else 'not_held'
    end as state,
    coalesce(
        list(target_member_id order by target_member_id, session_no, score)
        filter (where score is not null),
        cast([] as varchar[])
    ) as member_ids,
    coalesce(
        list(score order by target_member_id, session_no, score) filter (where score is not null),
        cast([] as double[])
    ) as scores,
    bool_or(is_true_zero) as is_true_zero
from shown_cells
group by family_id, case_id, instrument_family, week_start_date, scale
order by case_id, instrument_family, week_start_date
