-- name: three_falls
-- purpose: Members whose latest ratings fell at least three times in a row, and by a reliable drop
--   together.
-- grain: one row per (case_id, row_key, scale)
-- reads: rating_series, registry_rules, scale_spreads
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   row_key           VARCHAR  not null, of a member
--   scale             VARCHAR  not null
--   member_id         VARCHAR  not null
--   instrument_id     VARCHAR  not null
--   is_default_scale  BOOLEAN  not null, the scale the agenda speaks of
--   fall_points       DOUBLE   not null, from the score before the run to the latest
--   run_session_nos   INTEGER[] not null, from the rating before the run to the latest
--   run_scores        DOUBLE[] not null, in step
-- order: case_id, row_key, scale
with

latest_runs as (

    select
        series_no,
        -- A rating that did not fall ends the run before it.
        max(if(score < previous_score, 0, rating_no)) as before_no,
        max(rating_no) as latest_no
    from rating_series
    where is_member_rating
    group by series_no

),

long_runs as (

    select
        latest_runs.series_no,
        latest_runs.before_no
    from latest_runs
    cross join registry_rules as rules
    where latest_runs.latest_no - latest_runs.before_no >= rules.falls_in_a_row

),

runs as (

    select
        any_value(ratings.case_id) as case_id,
        any_value(ratings.row_key) as row_key,
        any_value(ratings.scale) as scale,
        any_value(ratings.member_id) as member_id,
        any_value(ratings.instrument_id) as instrument_id,
        bool_and(ratings.is_default_scale) as is_default_scale,
        list(ratings.session_no order by ratings.rating_no) as run_session_nos,
        list(ratings.score order by ratings.rating_no) as run_scores
    from rating_series as ratings
    inner join long_runs on ratings.series_no = long_runs.series_no
    where ratings.rating_no >= long_runs.before_no
    group by ratings.series_no

)

select
    runs.case_id,
    runs.row_key,
    runs.scale,
    runs.member_id,
    runs.instrument_id,
    runs.is_default_scale,
    round(runs.run_scores[1] - runs.run_scores[-1], 6) as fall_points,
    runs.run_session_nos,
    runs.run_scores
from runs
cross join registry_rules as rules
inner join scale_spreads as spreads
    on runs.instrument_id = spreads.instrument_id and runs.scale = spreads.scale
where
    round(runs.run_scores[1] - runs.run_scores[-1], 6)
    >= round(rules.reliable_change_z * spreads.s_diff, 6)
order by runs.case_id, runs.row_key, runs.scale
