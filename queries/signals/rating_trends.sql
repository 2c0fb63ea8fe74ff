-- name: rating_trends
-- purpose: Where each series began, where it stands and how steep the line through it is.
-- grain: one row per (case_id, row_key, scale)
-- reads: ceilings, rating_series, registry_rules, scale_spreads
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
        any_value(case_id) as case_id,
        any_value(row_key) as row_key,
        any_value(scale) as scale,
        any_value(member_id) as member_id,
        any_value(instrument_id) as instrument_id,
        bool_and(is_default_scale) as is_default_scale,
        bool_and(is_member_rating) as is_member_rating,
        count(*) as rating_count,
        bool_or(is_perfect and previous_score is null) as is_first_perfect,
        regr_slope(score, session_no) as slope,
        list(session_no order by rating_no) as session_nos,
        list(score order by rating_no) as scores
    from rating_series
    group by series_no

)

select
    lines.case_id,
    lines.row_key,
    lines.scale,
    lines.member_id,
    lines.instrument_id,
    lines.is_default_scale,
    lines.is_member_rating,
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
cross join registry_rules as rules
inner join ceilings
    on
        lines.case_id = ceilings.case_id
        and lines.row_key = ceilings.row_key
        and lines.scale = ceilings.scale
left join scale_spreads as spreads
    on lines.instrument_id = spreads.instrument_id and lines.scale = spreads.scale
order by lines.case_id, lines.row_key, lines.scale
