-- name: ceilings
-- purpose: Runs of perfect forms, which carry no information, and slips after such a run.
-- grain: one row per (case_id, row_key, scale)
-- reads: numbered_ratings, rated_series, registry_rules
-- kept: with its case
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

last_perfect as (

    select
        series_no,
        max(if(is_perfect, rating_no, 0)) as last_perfect_no,
        count(*) as rating_count
    from numbered_ratings
    group by series_no

),

since as (

    select
        ratings.series_no,
        any_value(last_perfect.rating_count) as rating_count,
        count(*) filter (where ratings.is_perfect) as perfect_count,
        max(if(ratings.is_perfect, 0, ratings.rating_no)) as last_below_no,
        max(if(ratings.is_perfect, 0, ratings.rating_no)) filter (
            where ratings.rating_no < last_perfect.last_perfect_no
        ) as below_before_no,
        any_value(last_perfect.last_perfect_no) as last_perfect_no,
        coalesce(
            list(ratings.session_no order by ratings.rating_no) filter (
                where ratings.rating_no > last_perfect.last_perfect_no
            ),
            cast([] as integer[])
        ) as slip_session_nos,
        coalesce(
            list(ratings.score order by ratings.rating_no) filter (
                where ratings.rating_no > last_perfect.last_perfect_no
            ),
            cast([] as double[])
        ) as slip_scores
    from numbered_ratings as ratings
    inner join last_perfect on ratings.series_no = last_perfect.series_no
    group by ratings.series_no

),

runs as (

    select
        series_no,
        rating_count,
        perfect_count,
        rating_count - last_below_no as perfect_run,
        if(last_perfect_no = 0, 0, last_perfect_no - coalesce(below_before_no, 0)) as last_run,
        rating_count - last_perfect_no as below_count,
        slip_session_nos,
        slip_scores
    from since

)

select
    series.case_id,
    series.row_key,
    series.scale,
    series.member_id,
    series.instrument_id,
    series.is_default_scale,
    series.is_member_rating,
    cast(runs.rating_count as integer) as rating_count,
    cast(runs.perfect_count as integer) as perfect_count,
    cast(runs.perfect_run as integer) as perfect_run,
    runs.perfect_run >= rules.ceiling_forms as is_ceiling,
    cast(runs.last_run as integer) as perfect_before,
    runs.last_run >= rules.ceiling_forms and runs.below_count >= rules.slip_forms as is_slip,
    runs.slip_session_nos,
    runs.slip_scores
from runs
inner join rated_series as series on runs.series_no = series.series_no
cross join registry_rules as rules
order by series.case_id, series.row_key, series.scale
