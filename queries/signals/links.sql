-- name: links
-- purpose: How far each member's own rating lies from the mean of the others at a session.
-- grain: one row per (case_id, session_id, row_key, scale)
-- reads: rating_series, registry_split_cuts, scale_spreads
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

joint_ratings as (

    select
        case_id,
        session_id,
        row_key,
        scale,
        member_id,
        instrument_id,
        is_default_scale,
        session_no,
        score,
        series_no,
        rating_no,
        count(*) over together as rater_count,
        (sum(score) over together - score)
        / nullif(count(*) over together - 1, 0) as others_mean
    from rating_series
    where is_member_rating and perspective = 'self'
    window together as (partition by case_id, session_id, instrument_id, scale)
    qualify count(*) over together > 1

),

measured as (

    select
        joint.case_id,
        joint.session_id,
        joint.row_key,
        joint.scale,
        joint.member_id,
        joint.instrument_id,
        joint.is_default_scale,
        joint.session_no,
        joint.rater_count,
        joint.score,
        joint.others_mean,
        joint.score - joint.others_mean as gap,
        (joint.score - joint.others_mean) / spreads.sd_between as gap_sd,
        cuts.notable * sqrt(1 - spreads.rho) as cut,
        row_number() over (
            partition by joint.series_no
            order by joint.rating_no
        ) as joint_no
    from joint_ratings as joint
    inner join scale_spreads as spreads
        on joint.instrument_id = spreads.instrument_id and joint.scale = spreads.scale
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
