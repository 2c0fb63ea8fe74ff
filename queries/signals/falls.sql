-- name: falls
-- purpose: How many ratings in a row have fallen up to each rating, and by how much together.
-- grain: one row per (case_id, row_key, scale, session_id)
-- reads: rating_series, registry_rules, scale_spreads
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   row_key           VARCHAR  not null
--   scale             VARCHAR  not null
--   session_id        VARCHAR  not null
--   session_no        INTEGER  not null
--   member_id         VARCHAR  null when the form is about the whole family
--   instrument_id     VARCHAR  not null
--   is_default_scale  BOOLEAN  not null, the scale the agenda speaks of
--   is_member_rating  BOOLEAN  not null
--   is_latest         BOOLEAN  not null, the last of the series
--   rating_no         INTEGER  not null
--   falls_in_row      INTEGER  not null, the unbroken run of falls that ends here
--   fall_points       DOUBLE   not null, from the score before the run to this one; 0 without
--   is_three_falls    BOOLEAN  not null, a run of at least three
--   is_reliable       BOOLEAN  null where it is refused: together they are a reliable drop
--   run_session_nos   INTEGER[] not null, from the rating before the run to this one
--   run_scores        DOUBLE[] not null, in step
-- order: case_id, row_key, scale, session_id
with

steps as (

    select
        case_id,
        row_key,
        scale,
        session_id,
        session_no,
        member_id,
        instrument_id,
        is_default_scale,
        is_member_rating,
        is_latest,
        rating_no,
        score,
        coalesce(
            score < lag(score) over (
                partition by case_id, row_key, scale
                order by rating_no
            ),
            false
        ) as is_fall
    from rating_series

),

runs as (

    select
        case_id,
        row_key,
        scale,
        session_id,
        session_no,
        member_id,
        instrument_id,
        is_default_scale,
        is_member_rating,
        is_latest,
        rating_no,
        score,
        rating_no - max(if(is_fall, 0, rating_no)) over (
            partition by case_id, row_key, scale
            order by rating_no
        ) as falls_in_row
    from steps

),

listed as (

    select
        runs.case_id,
        runs.row_key,
        runs.scale,
        runs.session_id,
        runs.session_no,
        runs.member_id,
        runs.instrument_id,
        runs.is_default_scale,
        runs.is_member_rating,
        runs.is_latest,
        runs.rating_no,
        runs.falls_in_row,
        list(runs.session_no) over (
            partition by runs.case_id, runs.row_key, runs.scale, runs.rating_no - runs.falls_in_row
            order by runs.rating_no
        ) as run_session_nos,
        list(runs.score) over (
            partition by runs.case_id, runs.row_key, runs.scale, runs.rating_no - runs.falls_in_row
            order by runs.rating_no
        ) as run_scores
    from runs

)

select
    listed.case_id,
    listed.row_key,
    listed.scale,
    listed.session_id,
    listed.session_no,
    listed.member_id,
    listed.instrument_id,
    listed.is_default_scale,
    listed.is_member_rating,
    listed.is_latest,
    listed.rating_no,
    cast(listed.falls_in_row as integer) as falls_in_row,
    round(listed.run_scores[1] - listed.run_scores[-1], 6) as fall_points,
    listed.falls_in_row >= rules.falls_in_a_row as is_three_falls,
    round(listed.run_scores[1] - listed.run_scores[-1], 6)
    >= round(rules.reliable_change_z * spreads.s_diff, 6) as is_reliable,
    listed.run_session_nos,
    listed.run_scores
from listed
cross join registry_rules as rules
left join scale_spreads as spreads
    on listed.instrument_id = spreads.instrument_id and listed.scale = spreads.scale
order by listed.case_id, listed.row_key, listed.scale, listed.session_id
