-- name: session_facts
-- purpose: Sessions with their place on both axes, and what was open, tried and who led then.
-- grain: one row per (session_id)
-- reads: native_sessions, native_strategies, session_therapists, session_threats
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   session_id        VARCHAR  not null
--   session_no        INTEGER  not null
--   held_on           DATE     null when the export has no date
--   week_start_date   DATE     Monday, null without a date
--   status            VARCHAR  not null, held, cancelled or no_show
--   column_no         INTEGER  not null, 0 for the first session of the case
--   date_column       DOUBLE   place on the date axis in column widths, null without a date
--   threat_types      VARCHAR[] not null, open then in the case, sorted
--   family_threat_types VARCHAR[] not null, those that concern the whole family
--   strategies        VARCHAR[] not null, used then, sorted
--   therapist_ids     VARCHAR[] not null, lead and co then, sorted
-- order: session_id
with

numbered as (

    select
        case_id,
        session_id,
        session_no,
        held_on,
        status,
        row_number() over (partition by case_id order by session_no, session_id) - 1 as column_no,
        row_number() over (
            partition by case_id, held_on is null order by session_no, session_id
        ) - 1 as dated_no,
        date_diff('day', min(held_on) over (partition by case_id), held_on) as day_no
    from native_sessions

),

gaps as (

    select
        case_id,
        session_id,
        day_no - lag(day_no) over (partition by case_id order by session_no, session_id) as gap_days
    from numbered
    where held_on is not null

),

units as (

    select
        numbered.case_id,
        greatest(min(gaps.gap_days), max(numbered.day_no) / 60) as unit_days
    from numbered
    inner join gaps on numbered.session_id = gaps.session_id
    group by numbered.case_id

),

date_columns as (

    select
        numbered.session_id,
        numbered.dated_no
        + max(numbered.day_no / coalesce(nullif(units.unit_days, 0), 1) - numbered.dated_no) over (
            partition by numbered.case_id
            order by numbered.dated_no
            rows between unbounded preceding and current row
        ) as date_column
    from numbered
    inner join units on numbered.case_id = units.case_id
    where numbered.held_on is not null

),

threats_open as (

    select
        session_id,
        list_sort(list(distinct threat_type)) as threat_types,
        list_sort(
            list(distinct threat_type) filter (where member_id is null)
        ) as family_threat_types
    from session_threats
    group by session_id

),

strategies_used as (

    select
        session_id,
        list_sort(list(distinct strategy)) as strategies
    from native_strategies
    group by session_id

),

therapists_then as (

    select
        session_id,
        list_sort(list(distinct therapist_id)) as therapist_ids
    from session_therapists
    group by session_id

)

select
    numbered.case_id,
    numbered.session_id,
    cast(numbered.session_no as integer) as session_no,
    numbered.held_on,
    cast(date_trunc('week', numbered.held_on) as date) as week_start_date,
    numbered.status,
    cast(numbered.column_no as integer) as column_no,
    cast(date_columns.date_column as double) as date_column,
    coalesce(threats_open.threat_types, cast([] as varchar[])) as threat_types,
    coalesce(threats_open.family_threat_types, cast([] as varchar[])) as family_threat_types,
    coalesce(strategies_used.strategies, cast([] as varchar[])) as strategies,
    coalesce(therapists_then.therapist_ids, cast([] as varchar[])) as therapist_ids
from numbered
left join date_columns on numbered.session_id = date_columns.session_id
left join threats_open on numbered.session_id = threats_open.session_id
left join strategies_used on numbered.session_id = strategies_used.session_id
left join therapists_then on numbered.session_id = therapists_then.session_id
order by numbered.session_id
