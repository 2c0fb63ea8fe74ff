-- name: rupture_readiness
-- purpose: Whether a member's series can be judged for possible ruptures yet, and how many open at
--   other depths: both, since counts depend on the criterion.
-- grain: one row per (case_id, row_key, scale)
-- reads: rating_series, registry_rules, rupture_points, scale_spreads
-- kept: with its case
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   row_key           VARCHAR  not null
--   scale             VARCHAR  not null
--   member_id         VARCHAR  not null
--   instrument_id     VARCHAR  not null
--   is_default_scale  BOOLEAN  not null
--   rating_count      INTEGER  not null
--   state             VARCHAR  not null, judged or too_early
--   reason            VARCHAR  null when judged; too_few_members, no_spread, too_few_ratings
--   count_1sd         INTEGER  onsets at the 1 SD of the literature, null when too early
--   count_2sd         INTEGER  onsets at the depth of marked, null when too early
-- order: case_id, row_key, scale
with

series as (

    select
        any_value(case_id) as case_id,
        any_value(row_key) as row_key,
        any_value(scale) as scale,
        any_value(member_id) as member_id,
        any_value(instrument_id) as instrument_id,
        bool_and(is_default_scale) as is_default_scale,
        count(*) as rating_count
    from rating_series
    where is_member_rating
    group by series_no

),

onsets as (

    select
        points.case_id,
        points.row_key,
        points.scale,
        count(*) filter (where points.depth_sd = rules.literature_sd) as count_1sd,
        count(*) filter (where points.depth_sd = rules.rupture_marked_sd) as count_2sd
    from rupture_points as points
    cross join registry_rules as rules
    group by points.case_id, points.row_key, points.scale

),

judged as (

    select
        series.case_id,
        series.row_key,
        series.scale,
        series.member_id,
        series.instrument_id,
        series.is_default_scale,
        series.rating_count,
        case
            when spreads.member_count < rules.spread_least_members
                then 'too_few_members'
            when spreads.sd_between is null then 'no_spread'
            when series.rating_count <= rules.rupture_least_earlier then 'too_few_ratings'
        end as reason
    from series
    cross join registry_rules as rules
    inner join scale_spreads as spreads
        on
            series.instrument_id = spreads.instrument_id
            and series.scale = spreads.scale

)

select
    judged.case_id,
    judged.row_key,
    judged.scale,
    judged.member_id,
    judged.instrument_id,
    judged.is_default_scale,
    cast(judged.rating_count as integer) as rating_count,
    if(judged.reason is null, 'judged', 'too_early') as state,
    judged.reason,
    case
        when judged.reason is null then cast(coalesce(onsets.count_1sd, 0) as integer)
    end as count_1sd,
    case
        when judged.reason is null then cast(coalesce(onsets.count_2sd, 0) as integer)
    end as count_2sd
from judged
left join onsets
    on
        judged.case_id = onsets.case_id
        and judged.row_key = onsets.row_key
        and judged.scale = onsets.scale
order by judged.case_id, judged.row_key, judged.scale
