-- name: links
-- purpose: How far each member's own rating lies from the mean of the others at a session.
-- grain: one row per (case_id, session_id, row_key, scale)
-- reads: numbered_ratings, rated_series, registry_split_cuts, scale_spreads
-- kept: with its case
-- told: where is_weak or is_strong
-- params:
-- columns:
--   case_id            VARCHAR   not null
--   session_id         VARCHAR   not null
--   row_key            VARCHAR   not null
--   scale              VARCHAR   not null
--   member_id          VARCHAR   not null
--   instrument_id      VARCHAR   not null
--   is_default_scale   BOOLEAN   not null, the scale the agenda speaks of
--   session_no         INTEGER   not null
--   joint_no           INTEGER   not null, 1 for the member's first joint session
--   rater_count        INTEGER   not null, members who rated, at least 2
--   score              DOUBLE    not null, points
--   others_mean        DOUBLE    not null, points
--   gap                DOUBLE    not null, score minus the mean of the others
--   gap_sd             DOUBLE    gap in the spread of the service; null: too early to say
--   cut                DOUBLE    in that spread; null above the raters that can be judged
--   is_weak            BOOLEAN   null where nothing can be judged
--   is_strong          BOOLEAN   null where nothing can be judged
-- order: case_id, session_id, row_key, scale
with

own_ratings as (

    select
        ratings.series_no,
        ratings.rating_no,
        ratings.session_id,
        ratings.session_no,
        ratings.score,
        series.group_no
    from numbered_ratings as ratings
    inner join rated_series as series on ratings.series_no = series.series_no
    where series.is_member_rating and series.perspective = 'self'

),

joint_sessions as (

    select
        group_no,
        session_id,
        count(*) as rater_count,
        sum(score) as score_sum
    from own_ratings
    group by group_no, session_id
    having count(*) > 1

),

joint_ratings as (

    select
        ratings.series_no,
        ratings.session_id,
        ratings.session_no,
        ratings.score,
        joint_sessions.rater_count,
        (joint_sessions.score_sum - ratings.score)
        / nullif(joint_sessions.rater_count - 1, 0) as others_mean,
        row_number() over (partition by ratings.series_no order by ratings.rating_no) as joint_no
    from own_ratings as ratings
    inner join joint_sessions
        on
            ratings.group_no = joint_sessions.group_no
            and ratings.session_id = joint_sessions.session_id

),

measured as (

    select
        series.case_id,
        joint.session_id,
        series.row_key,
        series.scale,
        series.member_id,
        series.instrument_id,
        series.is_default_scale,
        joint.session_no,
        joint.joint_no,
        joint.rater_count,
        joint.score,
        joint.others_mean,
        joint.score - joint.others_mean as gap,
        (joint.score - joint.others_mean) / spreads.sd_between as gap_sd,
        cuts.notable * sqrt(1 - spreads.rho) as cut
    from joint_ratings as joint
    inner join rated_series as series on joint.series_no = series.series_no
    inner join scale_spreads as spreads
        on series.instrument_id = spreads.instrument_id and series.scale = spreads.scale
    left join registry_split_cuts as cuts on joint.rater_count = cuts.raters

)

select
    case_id,
    session_id,
    row_key,
    scale,
    member_id,
    instrument_id,
    is_default_scale,
    session_no,
    cast(joint_no as integer) as joint_no,
    cast(rater_count as integer) as rater_count,
    score,
    others_mean,
    gap,
    gap_sd,
    cut,
    gap_sd <= -cut as is_weak,
    gap_sd >= cut as is_strong
from measured
order by case_id, session_id, row_key, scale
