-- name: scale_spreads
-- purpose: How far ratings of an instrument and scale vary in this service: between members, within
--   a member, and together within a session. What cannot be estimated stays empty.
-- grain: one row per (instrument_id, scale)
-- reads: numbered_ratings, rated_series, registry_rules
-- params:
-- columns:
--   instrument_id     VARCHAR  not null
--   scale             VARCHAR  not null
--   member_count      INTEGER  not null, members with a rating
--   rating_count      INTEGER  not null, ratings by or about members
--   perfect_count     INTEGER  not null, of them perfect
--   sd_between        DOUBLE   points, of all ratings; null under 30 members or without spread
--   series_member_count INTEGER not null, members with a series of at least 4 ratings
--   sd_within         DOUBLE   points, pooled within series; null under 30 such members
--   s_diff            DOUBLE   points, square root of 2 x sd_within; null likewise: refused
--   joint_session_count INTEGER not null, sessions rated by at least two members
--   rho               DOUBLE   not null, correlation of members within a session
--   rho_origin        VARCHAR  not null, service, or rule where joint sessions are too few
-- order: instrument_id, scale
with

member_series as (

    select
        series_no,
        instrument_id,
        scale,
        member_id,
        if(perspective = 'observer', rater_id, null) as observer_id
    from rated_series
    where is_member_rating

),

series_squares as (

    select
        series_no,
        count(*) as series_length,
        count(*) filter (where is_perfect) as perfect_count,
        var_pop(score) * count(*) as squares_within
    from numbered_ratings
    group by series_no

),

spreads_of_all as (

    select
        series.instrument_id,
        series.scale,
        stddev_samp(ratings.score) as sd_of_all
    from numbered_ratings as ratings
    inner join member_series as series on ratings.series_no = series.series_no
    group by series.instrument_id, series.scale

),

between_members as (

    select
        series.instrument_id,
        series.scale,
        count(distinct series.member_id) as member_count,
        sum(squares.series_length) as rating_count,
        sum(squares.perfect_count) as perfect_count,
        count(distinct series.member_id) filter (
            where squares.series_length >= rules.spread_least_ratings
        ) as series_member_count,
        sqrt(
            sum(squares.squares_within) filter (
                where squares.series_length >= rules.spread_least_ratings
            )
            / sum(squares.series_length - 1) filter (
                where squares.series_length >= rules.spread_least_ratings
            )
        ) as pooled_sd
    from member_series as series
    cross join registry_rules as rules
    inner join series_squares as squares on series.series_no = squares.series_no
    group by series.instrument_id, series.scale

),

sessions_rated as (

    select
        series.instrument_id,
        series.scale,
        ratings.session_id,
        series.observer_id,
        count(*) as raters,
        avg(ratings.score) as session_mean,
        sum(power(ratings.score, 2)) as sum_of_squares
    from numbered_ratings as ratings
    inner join member_series as series on ratings.series_no = series.series_no
    group by series.instrument_id, series.scale, ratings.session_id, series.observer_id
    having min(series.member_id) < max(series.member_id)

),

joint_sums as (

    select
        instrument_id,
        scale,
        count(*) as joint_session_count,
        sum(raters) as joint_rating_count,
        sum(power(raters, 2)) as sum_of_squared_raters,
        sum(raters * session_mean) / sum(raters) as grand_mean,
        sum(sum_of_squares - raters * power(session_mean, 2)) as within_squares,
        sum(raters * power(session_mean, 2)) as session_squares
    from sessions_rated
    group by instrument_id, scale

),

mean_squares as (

    select
        instrument_id,
        scale,
        joint_session_count,
        (session_squares - joint_rating_count * power(grand_mean, 2))
        / nullif(joint_session_count - 1, 0) as between_square,
        within_squares / nullif(joint_rating_count - joint_session_count, 0) as within_square,
        (joint_rating_count - sum_of_squared_raters / joint_rating_count)
        / nullif(joint_session_count - 1, 0) as mean_raters
    from joint_sums

),

correlations as (

    select
        instrument_id,
        scale,
        joint_session_count,
        least(
            0.95,
            greatest(
                0,
                (between_square - within_square)
                / nullif(
                    round(between_square + (mean_raters - 1) * within_square, 9), 0
                )
            )
        ) as correlation
    from mean_squares

)

select
    spreads.instrument_id,
    spreads.scale,
    cast(spreads.member_count as integer) as member_count,
    cast(spreads.rating_count as integer) as rating_count,
    cast(spreads.perfect_count as integer) as perfect_count,
    case
        when
            spreads.member_count >= rules.spread_least_members
            then nullif(round(spreads_of_all.sd_of_all, 9), 0)
    end as sd_between,
    cast(spreads.series_member_count as integer) as series_member_count,
    case
        when
            spreads.series_member_count >= rules.spread_least_members
            then nullif(round(spreads.pooled_sd, 9), 0)
    end as sd_within,
    case
        when
            spreads.series_member_count >= rules.spread_least_members
            then nullif(round(sqrt(2) * spreads.pooled_sd, 9), 0)
    end as s_diff,
    cast(coalesce(correlations.joint_session_count, 0) as integer) as joint_session_count,
    cast(
        case
            when
                correlations.joint_session_count >= rules.joint_least_sessions
                and correlations.correlation is not null
                then round(correlations.correlation, 9)
            else rules.joint_correlation
        end as double
    ) as rho,
    if(
        correlations.joint_session_count >= rules.joint_least_sessions
        and correlations.correlation is not null,
        'service',
        'rule'
    ) as rho_origin
from between_members as spreads
inner join spreads_of_all
    on
        spreads.instrument_id = spreads_of_all.instrument_id
        and spreads.scale = spreads_of_all.scale
cross join registry_rules as rules
left join correlations
    on
        spreads.instrument_id = correlations.instrument_id
        and spreads.scale = correlations.scale
order by spreads.instrument_id, spreads.scale
