-- name: split_trends
-- purpose: Whether the members of a case move apart or together over their jointly rated sessions.
-- grain: one row per (case_id, instrument_id, scale, observer_id)
-- reads: registry_rules, splits
-- params:
-- columns:
--   case_id            VARCHAR   not null
--   instrument_id      VARCHAR   not null
--   scale              VARCHAR   not null
--   observer_id        VARCHAR   not null, empty for own forms and for an observer not known
--   is_default_scale   BOOLEAN   not null, the scale the agenda speaks of
--   joint_count        INTEGER   not null, jointly rated sessions
--   notable_of_last_4  INTEGER   not null, at least notable among the last joint sessions
--   slope_sd           DOUBLE    range in SD a joint session; null with too few, or too early
--   is_widening        BOOLEAN   not null, false where it is too early to say
--   is_narrowed        BOOLEAN   not null, false where it is too early to say
--   latest_session_no  INTEGER   not null
--   latest_level       VARCHAR   notable or marked, null below
--   session_nos        INTEGER[] not null, the last joint sessions, as many as the slope looks at
--   ranges             DOUBLE[]  not null, points, at those sessions
--   levels             VARCHAR[] not null, at those sessions; null entries are below notable
--   widening_reason    VARCHAR   growing (the range), or repeated (notable often); null otherwise
--   narrowed_from_session_no INTEGER the last notable session before; null unless narrowed
-- order: case_id, instrument_id, scale, observer_id
with

from_the_end as (

    select
        splits.case_id,
        splits.instrument_id,
        splits.scale,
        splits.observer_id,
        splits.is_default_scale,
        splits.session_no,
        splits.joint_no,
        splits.range_points,
        splits.range_sd,
        splits.level,
        splits.range_sd < splits.cut_notable as is_below,
        row_number() over (
            partition by splits.case_id, splits.instrument_id, splits.scale, splits.observer_id
            order by splits.joint_no desc
        ) as back_no,
        rules.split_widening_window,
        rules.split_widening_count,
        rules.split_slope_window,
        rules.split_slope_least,
        rules.split_slope_sd,
        rules.split_narrowed_sessions
    from splits
    cross join registry_rules as rules

),

counted as (

    select
        case_id,
        instrument_id,
        scale,
        observer_id,
        bool_or(is_default_scale) as is_default_scale,
        max(joint_no) as joint_count,
        count(level) filter (where back_no <= split_widening_window) as notable_count,
        case
            when max(joint_no) >= any_value(split_slope_least)
                then
                    regr_slope(range_sd, joint_no) filter (
                        where back_no <= split_slope_window
                    )
        end as slope_sd,
        count(level) filter (where back_no = 1 or back_no = 2) = 2 as are_last_two_notable,
        count(*) filter (where back_no <= split_narrowed_sessions and is_below)
        = any_value(split_narrowed_sessions) as are_latest_below,
        max(session_no) filter (
            where back_no = split_narrowed_sessions + 1 and level is not null
        ) as notable_before_no,
        max(session_no) as latest_session_no,
        max(level) filter (where back_no = 1) as latest_level,
        list(session_no order by joint_no) filter (
            where back_no <= split_slope_window
        ) as session_nos,
        list(range_points order by joint_no) filter (
            where back_no <= split_slope_window
        ) as ranges,
        list(level order by joint_no) filter (where back_no <= split_slope_window) as levels,
        any_value(split_widening_count) as widening_count,
        any_value(split_slope_sd) as widening_slope
    from from_the_end
    group by case_id, instrument_id, scale, observer_id

),

judged as (

    select
        case_id,
        instrument_id,
        scale,
        observer_id,
        is_default_scale,
        joint_count,
        notable_count,
        slope_sd,
        notable_count >= widening_count as is_repeated,
        coalesce(slope_sd >= widening_slope, false) and are_last_two_notable as is_growing,
        are_latest_below,
        notable_before_no,
        latest_session_no,
        latest_level,
        session_nos,
        ranges,
        levels
    from counted

)

select
    case_id,
    instrument_id,
    scale,
    observer_id,
    is_default_scale,
    cast(joint_count as integer) as joint_count,
    cast(notable_count as integer) as notable_of_last_4,
    slope_sd,
    is_repeated or is_growing as is_widening,
    are_latest_below and notable_before_no is not null as is_narrowed,
    cast(latest_session_no as integer) as latest_session_no,
    latest_level,
    session_nos,
    ranges,
    levels,
    case
        when is_growing then 'growing'
        when is_repeated then 'repeated'
    end as widening_reason,
    if(are_latest_below, notable_before_no, null) as narrowed_from_session_no
from judged
order by case_id, instrument_id, scale, observer_id
