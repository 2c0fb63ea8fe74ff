-- name: member_links
-- purpose: Whose own ratings lately lie well below or above those of the others in the family.
-- grain: one row per (case_id, row_key, scale)
-- reads: links, registry_rules
-- kept: with its case
-- params:
-- columns:
--   case_id            VARCHAR   not null
--   row_key            VARCHAR   not null
--   scale              VARCHAR   not null
--   member_id          VARCHAR   not null
--   instrument_id      VARCHAR   not null
--   is_default_scale   BOOLEAN   not null, the scale the agenda speaks of
--   joint_count        INTEGER   not null, the member's joint sessions
--   weak_count         INTEGER   not null, among the last of them
--   strong_count       INTEGER   not null, among the last of them
--   link               VARCHAR   weak or strong; null neither, and where it is too early to say
--   latest_session_no  INTEGER   not null, the member's latest joint session
--   session_nos        INTEGER[] not null, the last joint sessions
--   scores             DOUBLE[]  not null, points, at those sessions
--   others_means       DOUBLE[]  not null, points, at those sessions
-- order: case_id, row_key, scale
with

joint_counts as (

    select
        case_id,
        row_key,
        scale,
        max(joint_no) as joint_count
    from links
    group by case_id, row_key, scale

),

from_the_end as (

    select
        links.case_id,
        links.row_key,
        links.scale,
        links.member_id,
        links.instrument_id,
        links.is_default_scale,
        links.session_no,
        links.joint_no,
        links.score,
        links.others_mean,
        links.is_weak,
        links.is_strong,
        rules.link_count,
        joint_counts.joint_count
    from links
    cross join registry_rules as rules
    inner join joint_counts
        on
            links.case_id = joint_counts.case_id
            and links.row_key = joint_counts.row_key
            and links.scale = joint_counts.scale
    where links.joint_no > joint_counts.joint_count - rules.link_window

),

counted as (

    select
        case_id,
        row_key,
        scale,
        member_id,
        instrument_id,
        is_default_scale,
        joint_count,
        link_count,
        count(*) filter (where is_weak) as weak_count,
        count(*) filter (where is_strong) as strong_count,
        max(session_no) as latest_session_no,
        list(session_no order by joint_no) as session_nos,
        list(score order by joint_no) as scores,
        list(others_mean order by joint_no) as others_means
    from from_the_end
    group by
        case_id,
        row_key,
        scale,
        member_id,
        instrument_id,
        is_default_scale,
        joint_count,
        link_count

)

select
    case_id,
    row_key,
    scale,
    member_id,
    instrument_id,
    is_default_scale,
    cast(joint_count as integer) as joint_count,
    cast(weak_count as integer) as weak_count,
    cast(strong_count as integer) as strong_count,
    case
        when weak_count >= link_count then 'weak'
        when strong_count >= link_count then 'strong'
    end as link,
    latest_session_no,
    session_nos,
    scores,
    others_means
from counted
order by case_id, row_key, scale
