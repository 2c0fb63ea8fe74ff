-- name: rating_trends
-- purpose: Where each series began, where it stands and how steep the line through it is.
-- grain: one row per (case_id, row_key, scale)
-- reads: ceilings, numbered_ratings, rated_series, registry_rules, scale_spreads
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
--   first_session_no  INTEGER  not null
--   first_score       DOUBLE   not null, raw points
--   latest_session_no INTEGER  not null
--   latest_score      DOUBLE   not null
--   gain              DOUBLE   not null, points from the first rating to the latest
--   slope             DOUBLE   points a session, least squares; null under 4 ratings: too early
--   s_diff            DOUBLE   points, null where it is refused
--   is_opening_up     BOOLEAN  not null: began below the maximum, rises, gained, no ceiling
--   session_nos       INTEGER[] not null, of all ratings
--   scores            DOUBLE[] not null, in step
-- order: case_id, row_key, scale
with

lines as (

    select
        series_no,
        count(*) as rating_count,
        bool_or(is_perfect and previous_score is null) as is_first_perfect,
        regr_slope(score, session_no) as slope,
        list(session_no order by rating_no) as session_nos,
        list(score order by rating_no) as scores
    from numbered_ratings
    group by series_no

)

select
    series.case_id,
    series.row_key,
    series.scale,
    series.member_id,
    series.instrument_id,
    series.is_default_scale,
    series.is_member_rating,
    cast(lines.rating_count as integer) as rating_count,
    lines.session_nos[1] as first_session_no,
    lines.scores[1] as first_score,
    lines.session_nos[-1] as latest_session_no,
    lines.scores[-1] as latest_score,
    round(lines.scores[-1] - lines.scores[1], 6) as gain,
    if(lines.rating_count >= rules.slope_least_ratings, lines.slope, null) as slope,
    spreads.s_diff,
    coalesce(
        lines.rating_count >= rules.slope_least_ratings
        and round(lines.slope, 6) > 0
        and not lines.is_first_perfect
        and round(lines.scores[-1] - lines.scores[1], 6) >= round(spreads.s_diff, 6)
        and not ceilings.is_ceiling,
        false
    ) as is_opening_up,
    lines.session_nos,
    lines.scores
from lines
inner join rated_series as series on lines.series_no = series.series_no
cross join registry_rules as rules
inner join ceilings
    on
        series.case_id = ceilings.case_id
        and series.row_key = ceilings.row_key
        and series.scale = ceilings.scale
left join scale_spreads as spreads
    on series.instrument_id = spreads.instrument_id and series.scale = spreads.scale
order by series.case_id, series.row_key, series.scale
