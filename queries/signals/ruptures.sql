-- name: ruptures
-- purpose: Possible ruptures of a member's alliance: where it falls far below their own earlier
--   ratings, how deep, and whether what was lost has been regained.
-- grain: one row per (case_id, row_key, scale, rupture_no)
-- reads: rating_series, registry_rules, rupture_points
-- kept: with its case
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   row_key           VARCHAR  not null
--   scale             VARCHAR  not null
--   rupture_no        INTEGER  not null, from 1 within the series
--   member_id         VARCHAR  not null
--   instrument_id     VARCHAR  not null
--   is_default_scale  BOOLEAN  not null
--   onset_session_no  INTEGER  not null
--   onset_session_id  VARCHAR  not null
--   onset_score       DOUBLE   not null, points
--   reference         DOUBLE   not null, points, mean of all ratings before the onset
--   spread            DOUBLE   not null, points, one SD, frozen at the onset
--   lowest_score      DOUBLE   not null, points, since the onset
--   lowest_session_no INTEGER  not null, the first with the lowest score
--   depth             DOUBLE   not null, points, reference - lowest score
--   depth_sd          DOUBLE   not null, depth in SD
--   level             VARCHAR  not null, notable or marked
--   state             VARCHAR  not null, open, unrepaired (so far) or repaired
--   repaired_session_no INTEGER null until repaired
--   repaired_score    DOUBLE   points, null until repaired
--   further_count     INTEGER  not null, ratings after the onset up to the repair or the latest
--   latest_session_no INTEGER  not null, of the series
--   latest_score      DOUBLE   not null, points, of the series
--   is_latest_rupture BOOLEAN  not null, the last one of the series
--   session_nos       INTEGER[] not null, from the onset to the repair or the latest
--   scores            DOUBLE[] not null, points at these sessions
-- order: case_id, row_key, scale, rupture_no
with

notable_points as (

    select
        points.case_id,
        points.row_key,
        points.scale,
        points.rupture_no,
        points.onset_no,
        points.repaired_no,
        points.reference,
        points.spread
    from rupture_points as points
    inner join registry_rules as rules on points.depth_sd = rules.rupture_notable_sd

),

spans as (

    select
        points.case_id,
        points.row_key,
        points.scale,
        points.rupture_no,
        points.repaired_no,
        points.reference,
        points.spread,
        any_value(ratings.member_id) as member_id,
        any_value(ratings.instrument_id) as instrument_id,
        bool_and(ratings.is_default_scale) as is_default_scale,
        arg_min(ratings.session_id, ratings.rating_no) as onset_session_id,
        arg_max(ratings.session_no, ratings.rating_no) as latest_session_no,
        arg_max(ratings.score, ratings.rating_no) as latest_score,
        list(ratings.session_no order by ratings.rating_no) filter (
            where ratings.rating_no <= coalesce(points.repaired_no, ratings.rating_no)
        ) as session_nos,
        list(ratings.score order by ratings.rating_no) filter (
            where ratings.rating_no <= coalesce(points.repaired_no, ratings.rating_no)
        ) as scores
    from notable_points as points
    inner join rating_series as ratings
        on
            points.case_id = ratings.case_id
            and points.row_key = ratings.row_key
            and points.scale = ratings.scale
            and points.onset_no <= ratings.rating_no
    group by
        points.case_id,
        points.row_key,
        points.scale,
        points.rupture_no,
        points.repaired_no,
        points.reference,
        points.spread

)

select
    spans.case_id,
    spans.row_key,
    spans.scale,
    spans.rupture_no,
    spans.member_id,
    spans.instrument_id,
    spans.is_default_scale,
    spans.session_nos[1] as onset_session_no,
    spans.onset_session_id,
    spans.scores[1] as onset_score,
    spans.reference,
    spans.spread,
    list_min(spans.scores) as lowest_score,
    spans.session_nos[list_position(spans.scores, list_min(spans.scores))] as lowest_session_no,
    spans.reference - list_min(spans.scores) as depth,
    (spans.reference - list_min(spans.scores)) / spans.spread as depth_sd,
    if(
        round(spans.reference - list_min(spans.scores), 6)
        >= round(rules.rupture_marked_sd * spans.spread, 6),
        'marked',
        'notable'
    ) as level,
    case
        when spans.repaired_no is not null then 'repaired'
        when len(spans.scores) > rules.rupture_unrepaired_after then 'unrepaired'
        else 'open'
    end as state,
    if(spans.repaired_no is null, null, spans.session_nos[-1]) as repaired_session_no,
    if(spans.repaired_no is null, null, spans.scores[-1]) as repaired_score,
    cast(len(spans.scores) - 1 as integer) as further_count,
    spans.latest_session_no,
    spans.latest_score,
    spans.rupture_no = max(spans.rupture_no) over (
        partition by spans.case_id, spans.row_key, spans.scale
    ) as is_latest_rupture,
    spans.session_nos,
    spans.scores
from spans
cross join registry_rules as rules
order by spans.case_id, spans.row_key, spans.scale, spans.rupture_no
