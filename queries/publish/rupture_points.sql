-- name: rupture_points
-- purpose: At which of a member's ratings a possible rupture opens and at which it is repaired, for
--   the two depths of the rules and, beside them, the one standard deviation of the literature.
-- grain: one row per (case_id, row_key, scale, depth_sd, rupture_no)
-- reads: numbered_ratings, rated_series, registry_rules, scale_spreads
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   row_key           VARCHAR  not null
--   scale             VARCHAR  not null
--   depth_sd          DOUBLE   not null, SD below the reference at which one opens
--   rupture_no        INTEGER  not null, from 1 within the series and the depth
--   onset_no          INTEGER  not null, number of the rating at which it opens
--   repaired_no       INTEGER  number of the rating that repaired it, null when none has
--   reference         DOUBLE   not null, points, mean of all ratings before the onset
--   spread            DOUBLE   not null, points, SD of the ratings before it or of the service
-- order: case_id, row_key, scale, depth_sd, rupture_no
with

judged as (

    select
        ratings.series_no,
        ratings.rating_no,
        ratings.score,
        avg(ratings.score) over earlier as reference,
        case
            when
                ratings.rating_no > rules.rupture_least_earlier
                and spreads.sd_between is not null
                then greatest(spreads.sd_between, stddev_samp(ratings.score) over earlier)
        end as spread
    from numbered_ratings as ratings
    cross join registry_rules as rules
    inner join rated_series on ratings.series_no = rated_series.series_no
    inner join scale_spreads as spreads
        on
            rated_series.instrument_id = spreads.instrument_id
            and rated_series.scale = spreads.scale
    where rated_series.is_member_rating
    window
        earlier as (
            partition by ratings.series_no
            order by ratings.rating_no
            rows between unbounded preceding and 1 preceding
        )

),

depths as (

    select literature_sd as depth_sd
    from registry_rules

    union distinct

    select rupture_notable_sd as depth_sd
    from registry_rules

    union distinct

    select rupture_marked_sd as depth_sd
    from registry_rules

),

deepest as (

    select
        series_no,
        max((reference - score) / spread) as drop_sd
    from judged
    where spread > 0
    group by series_no

),

series as (

    select
        judged.series_no,
        depths.depth_sd,
        list({
            'rating_no': judged.rating_no,
            'score': judged.score,
            'reference': judged.reference,
            'is_drop': coalesce(
                round(judged.reference - judged.score, 6)
                >= round(depths.depth_sd * judged.spread, 6),
                false
            )
        } order by judged.rating_no) as points
    from judged
    inner join deepest on judged.series_no = deepest.series_no
    inner join depths on round(deepest.drop_sd, 6) >= round(depths.depth_sd, 6)
    group by judged.series_no, depths.depth_sd

),

walked as (

    select
        series.series_no,
        series.depth_sd,
        -- The linter cannot read a lambda of two arguments.
        list_reduce( -- noqa: PRS
            series.points,
            lambda state, point:
            case
                when state.lowest is null and point.is_drop
                    then {
                        'reference': point.reference,
                        'lowest': point.score,
                        'onset_nos': list_append(state.onset_nos, point.rating_no),
                        'repaired_nos': state.repaired_nos
                    }
                when state.lowest is null then state
                when
                    round(point.score, 6) >= round(
                        state.reference
                        - (1 - rules.rupture_repaired_share) * (state.reference - state.lowest),
                        6
                    )
                    then {
                        'reference': state.reference,
                        'lowest': cast(null as double),
                        'onset_nos': state.onset_nos,
                        'repaired_nos': list_append(state.repaired_nos, point.rating_no)
                    }
                when point.score < state.lowest
                    then {
                        'reference': state.reference,
                        'lowest': point.score,
                        'onset_nos': state.onset_nos,
                        'repaired_nos': state.repaired_nos
                    }
                else state
            end,
            {
                'reference': cast(null as double),
                'lowest': cast(null as double),
                'onset_nos': cast([] as integer[]),
                'repaired_nos': cast([] as integer[])
            }
        ) as found
    from series
    cross join registry_rules as rules -- noqa: AL05

),

numbered as (

    select
        walked.series_no,
        walked.depth_sd,
        walked.found,
        unnest(range(1, len(walked.found.onset_nos) + 1)) as rupture_no
    from walked

)

select
    series.case_id,
    series.row_key,
    series.scale,
    numbered.depth_sd,
    cast(numbered.rupture_no as integer) as rupture_no,
    judged.rating_no as onset_no,
    numbered.found.repaired_nos[numbered.rupture_no] as repaired_no,
    judged.reference,
    judged.spread
from numbered
inner join judged
    on
        numbered.series_no = judged.series_no
        and judged.rating_no = numbered.found.onset_nos[numbered.rupture_no]
inner join rated_series as series on numbered.series_no = series.series_no
order by series.case_id, series.row_key, series.scale, numbered.depth_sd, numbered.rupture_no
