-- name: rupture_readiness
-- purpose: Which series can be judged for a rupture, and how many falls from the own mean so far
--   reach one and two standard deviations.
-- grain: one row per (case_id, row_key, scale)
-- reads: rating_series, registry_rules, scale_spreads
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   row_key           VARCHAR  not null
--   scale             VARCHAR  not null
--   member_id         VARCHAR  not null
--   instrument_id     VARCHAR  not null
--   is_default_scale  BOOLEAN  not null, the scale the agenda speaks of
--   rating_count      INTEGER  not null
--   state             VARCHAR  not null, judged or too_early
--   reason            VARCHAR  too_few_ratings or too_few_members; null where it is judged
--   count_1sd         INTEGER  ratings at least 1 SD below the own mean so far; null if not judged
--   count_2sd         INTEGER  likewise 2 SD: both, since counts depend on the criterion
-- order: case_id, row_key, scale
with

earlier as (

    select
        case_id,
        row_key,
        scale,
        member_id,
        instrument_id,
        is_default_scale,
        rating_no,
        score,
        avg(score) over (
            partition by case_id, row_key, scale
            order by rating_no
            rows between unbounded preceding and 1 preceding
        ) as own_mean,
        stddev_samp(score) over (
            partition by case_id, row_key, scale
            order by rating_no
            rows between unbounded preceding and 1 preceding
        ) as own_sd
    from rating_series
    where is_member_rating

),

judged as (

    select
        earlier.case_id,
        earlier.row_key,
        earlier.scale,
        earlier.member_id,
        earlier.instrument_id,
        earlier.is_default_scale,
        spreads.sd_between,
        count(*) as rating_count,
        countif(
            earlier.rating_no > rules.rupture_least_earlier
            and earlier.own_mean - earlier.score
            >= greatest(spreads.sd_between, coalesce(earlier.own_sd, 0))
        ) as count_1sd,
        countif(
            earlier.rating_no > rules.rupture_least_earlier
            and earlier.own_mean - earlier.score
            >= 2 * greatest(spreads.sd_between, coalesce(earlier.own_sd, 0))
        ) as count_2sd
    from earlier
    cross join registry_rules as rules
    inner join scale_spreads as spreads
        on earlier.instrument_id = spreads.instrument_id and earlier.scale = spreads.scale
    group by
        earlier.case_id,
        earlier.row_key,
        earlier.scale,
        earlier.member_id,
        earlier.instrument_id,
        earlier.is_default_scale,
        spreads.sd_between

),

reasons as (

    select
        judged.case_id,
        judged.row_key,
        judged.scale,
        judged.member_id,
        judged.instrument_id,
        judged.is_default_scale,
        judged.rating_count,
        judged.count_1sd,
        judged.count_2sd,
        case
            when judged.sd_between is null then 'too_few_members'
            when judged.rating_count <= rules.rupture_least_earlier then 'too_few_ratings'
        end as reason
    from judged
    cross join registry_rules as rules

)

select
    case_id,
    row_key,
    scale,
    member_id,
    instrument_id,
    is_default_scale,
    cast(rating_count as integer) as rating_count,
    if(reason is null, 'judged', 'too_early') as state,
    reason,
    cast(if(reason is null, count_1sd, null) as integer) as count_1sd,
    cast(if(reason is null, count_2sd, null) as integer) as count_2sd
from reasons
order by case_id, row_key, scale
