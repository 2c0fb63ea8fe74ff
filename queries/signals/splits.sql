-- name: splits
-- purpose: How far apart the members' ratings of one session lie, who is highest and lowest, and
--   whether that is more than chance among so many raters would show.
-- grain: one row per (case_id, session_id, instrument_id, scale, observer_id)
-- reads: native_sessions, numbered_ratings, rated_series, registry_rules, registry_split_cuts,
--   scale_spreads
-- params:
-- columns:
--   case_id            VARCHAR   not null
--   session_id         VARCHAR   not null
--   instrument_id      VARCHAR   not null, ratings of two instruments are never compared
--   scale              VARCHAR   not null
--   observer_id        VARCHAR   not null, empty for own forms and for an observer not known
--   is_default_scale   BOOLEAN   not null, the scale the agenda speaks of
--   session_no         INTEGER   not null
--   held_on            DATE      null when the export has no date
--   joint_no           INTEGER   not null, 1 for the first joint session of the case
--   rater_count        INTEGER   not null, members rated, at least 2
--   lowest_score       DOUBLE    not null, points
--   highest_score      DOUBLE    not null, points
--   range_points       DOUBLE    not null, highest minus lowest
--   sd_between         DOUBLE    points, spread of the service; null: too early to say
--   range_sd           DOUBLE    range in sd_between; null: too early to say
--   cut_notable        DOUBLE    in sd_between; null above the raters that can be judged
--   cut_marked         DOUBLE    in sd_between; null likewise
--   level              VARCHAR   notable or marked; null below, and where nothing can be judged
--   is_one_sd          BOOLEAN   at least 1 sd_between, the mark of the literature; null: too early
--   highest_member_ids VARCHAR[] not null, sorted
--   lowest_member_ids  VARCHAR[] not null, sorted
--   caregivers_minus_young DOUBLE points between their means; null unless both rated
--   is_latest_joint    BOOLEAN   not null
-- order: case_id, session_id, instrument_id, scale, observer_id
with

joint_groups as (

    select
        group_no,
        case_id,
        instrument_id,
        scale,
        observer_id,
        bool_and(is_default_scale) as is_default_scale
    from rated_series
    where is_member_rating
    group by group_no, case_id, instrument_id, scale, observer_id

),

rated_together as (

    select
        series.group_no,
        ratings.session_id,
        any_value(ratings.session_no) as session_no,
        min(ratings.score) as lowest_score,
        max(ratings.score) as highest_score,
        list(series.member_id) as member_ids,
        list(ratings.score) as scores,
        avg(ratings.score) filter (
            where
            series.member_role in (
                'parent', 'step_parent', 'partner', 'grandparent', 'other_caregiver'
            )
        )
        - avg(ratings.score) filter (
            where series.member_role in ('youth', 'child', 'sibling')
        ) as caregivers_minus_young
    from numbered_ratings as ratings
    inner join rated_series as series on ratings.series_no = series.series_no
    where series.is_member_rating
    group by series.group_no, ratings.session_id
    having min(series.member_id) < max(series.member_id)

),

joint_sessions as (

    select
        rated.group_no,
        rated.session_id,
        rated.session_no,
        rated.lowest_score,
        rated.highest_score,
        len(list_distinct(rated.member_ids)) as rater_count,
        list_sort(
            list_distinct(
                list_where(
                    rated.member_ids,
                    list_transform(
                        rated.scores, lambda score: score = rated.highest_score -- noqa: RF03
                    )
                )
            )
        ) as highest_member_ids,
        list_sort(
            list_distinct(
                list_where(
                    rated.member_ids,
                    list_transform(
                        rated.scores, lambda score: score = rated.lowest_score -- noqa: RF03
                    )
                )
            )
        ) as lowest_member_ids,
        rated.caregivers_minus_young
    from rated_together as rated

),

measured as (

    select
        joint_groups.case_id,
        joint.session_id,
        joint_groups.instrument_id,
        joint_groups.scale,
        joint_groups.observer_id,
        joint_groups.is_default_scale,
        joint.session_no,
        row_number() over in_order as joint_no,
        joint.rater_count,
        joint.lowest_score,
        joint.highest_score,
        joint.highest_score - joint.lowest_score as range_points,
        spreads.sd_between,
        (joint.highest_score - joint.lowest_score) / spreads.sd_between as range_sd,
        cuts.notable * sqrt(1 - spreads.rho) as cut_notable,
        cuts.marked * sqrt(1 - spreads.rho) as cut_marked,
        joint.highest_member_ids,
        joint.lowest_member_ids,
        joint.caregivers_minus_young,
        lead(joint.session_id) over in_order is null as is_latest_joint
    from joint_sessions as joint
    inner join joint_groups on joint.group_no = joint_groups.group_no
    inner join scale_spreads as spreads
        on
            joint_groups.instrument_id = spreads.instrument_id
            and joint_groups.scale = spreads.scale
    left join registry_split_cuts as cuts on joint.rater_count = cuts.raters
    window in_order as (
        partition by joint.group_no order by joint.session_no, joint.session_id
    )

)

select
    measured.case_id,
    measured.session_id,
    measured.instrument_id,
    measured.scale,
    measured.observer_id,
    measured.is_default_scale,
    measured.session_no,
    sessions.held_on,
    cast(measured.joint_no as integer) as joint_no,
    cast(measured.rater_count as integer) as rater_count,
    measured.lowest_score,
    measured.highest_score,
    measured.range_points,
    measured.sd_between,
    measured.range_sd,
    measured.cut_notable,
    measured.cut_marked,
    case
        when measured.range_sd >= measured.cut_marked then 'marked'
        when measured.range_sd >= measured.cut_notable then 'notable'
    end as level,
    measured.range_sd >= rules.literature_sd as is_one_sd,
    measured.highest_member_ids,
    measured.lowest_member_ids,
    measured.caregivers_minus_young,
    measured.is_latest_joint
from measured
cross join registry_rules as rules
inner join native_sessions as sessions on measured.session_id = sessions.session_id
order by
    measured.case_id,
    measured.session_id,
    measured.instrument_id,
    measured.scale,
    measured.observer_id
