-- name: ceilings
-- purpose: Runs of perfect forms, which carry no information, and slips after such a run.
-- grain: one row per (case_id, row_key, scale)
-- reads: rating_series, registry_rules
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   row_key           VARCHAR  not null
--   scale             VARCHAR  not null
--   member_id         VARCHAR  null when the form is about the whole family
--   instrument_id     VARCHAR  not null
--   is_default_scale  BOOLEAN  not null, the scale the agenda speaks of
--   is_member_rating  BOOLEAN  not null
--   rating_count      INTEGER  not null
--   perfect_count     INTEGER  not null
--   perfect_run       INTEGER  not null, perfect ratings in a row up to the latest
--   is_ceiling        BOOLEAN  not null, at least three in a row: no information
--   perfect_before    INTEGER  not null, perfect in a row before those since
--   is_slip           BOOLEAN  not null, two below the maximum or more, after three perfect
--   slip_session_nos  INTEGER[] not null, since the last perfect rating; all where none is
--   slip_scores       DOUBLE[] not null, in step
-- order: case_id, row_key, scale
with

numbered as (

    select
        case_id,
        row_key,
        scale,
        member_id,
        instrument_id,
        is_default_scale,
        is_member_rating,
        rating_no,
        session_no,
        score,
        is_perfect,
        count(*) over (partition by case_id, row_key, scale) as rating_count,
        max(if(is_perfect, rating_no, 0)) over (partition by case_id, row_key, scale)
            as last_perfect_no,
        max(if(is_perfect, 0, rating_no)) over (
            partition by case_id, row_key, scale
            order by rating_no
        ) as last_below_no
    from rating_series

),

runs as (

    select
        case_id,
        row_key,
        scale,
        member_id,
        instrument_id,
        is_default_scale,
        is_member_rating,
        rating_count,
        count(*) filter (where is_perfect) as perfect_count,
        rating_count - max(last_below_no) as perfect_run,
        coalesce(
            max(rating_no - last_below_no) filter (where rating_no = last_perfect_no), 0
        ) as last_run,
        rating_count - any_value(last_perfect_no) as below_count,
        coalesce(
            list(session_no order by rating_no) filter (where rating_no > last_perfect_no),
            cast([] as integer[])
        ) as slip_session_nos,
        coalesce(
            list(score order by rating_no) filter (where rating_no > last_perfect_no),
            cast([] as double[])
        ) as slip_scores
    from numbered
    group by
        case_id,
        row_key,
        scale,
        member_id,
        instrument_id,
        is_default_scale,
        is_member_rating,
        rating_count

)

select
    runs.case_id,
    runs.row_key,
    runs.scale,
    runs.member_id,
    runs.instrument_id,
    runs.is_default_scale,
    runs.is_member_rating,
    cast(runs.rating_count as integer) as rating_count,
    cast(runs.perfect_count as integer) as perfect_count,
    cast(runs.perfect_run as integer) as perfect_run,
    runs.perfect_run >= rules.ceiling_forms as is_ceiling,
    cast(runs.last_run as integer) as perfect_before,
    runs.last_run >= rules.ceiling_forms and runs.below_count >= rules.slip_forms as is_slip,
    runs.slip_session_nos,
    runs.slip_scores
from runs
cross join registry_rules as rules
order by runs.case_id, runs.row_key, runs.scale
