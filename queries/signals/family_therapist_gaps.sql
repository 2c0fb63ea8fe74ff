-- name: family_therapist_gaps
-- purpose: How far a therapist's own form about the family lies from the members' own forms.
-- grain: one row per (case_id, session_id, row_key, scale)
-- reads: rating_series, registry_rules, registry_split_cuts, scale_spreads
-- kept: with its case
-- told: where is_beyond
-- params:
-- columns:
--   case_id            VARCHAR   not null
--   session_id         VARCHAR   not null
--   row_key            VARCHAR   not null, the therapist's row
--   scale              VARCHAR   not null
--   instrument_id      VARCHAR   not null
--   is_default_scale   BOOLEAN   not null, the scale the agenda speaks of
--   session_no         INTEGER   not null
--   rater_id           VARCHAR   null when the export does not say which therapist
--   therapist_score    DOUBLE    not null, points
--   members_mean       DOUBLE    not null, points, of the members' own forms then
--   member_count       INTEGER   not null, members with such a form
--   gap                DOUBLE    not null, therapist minus the mean of the members
--   gap_sd             DOUBLE    gap in the spread of the service; null: too early to say
--   cut                DOUBLE    not null, in that spread
--   is_beyond          BOOLEAN   null: too early to say
--   is_raised          BOOLEAN   not null, beyond at enough of the last; only on the latest row
--   is_latest          BOOLEAN   not null, the therapist's latest such session
-- order: case_id, session_id, row_key, scale
with

members_then as (

    select
        case_id,
        session_id,
        instrument_id,
        scale,
        avg(score) as members_mean,
        count(*) as member_count
    from rating_series
    where is_member_rating and perspective = 'self'
    group by case_id, session_id, instrument_id, scale

),

measured as (

    select
        series.case_id,
        series.session_id,
        series.row_key,
        series.scale,
        series.instrument_id,
        series.is_default_scale,
        series.session_no,
        series.rater_id,
        series.score,
        members.members_mean,
        members.member_count,
        (series.score - members.members_mean) / spreads.sd_between as gap_sd,
        cuts.marked * sqrt(1 - spreads.rho) as cut,
        row_number() over (
            partition by series.case_id, series.row_key, series.scale
            order by series.session_no desc, series.session_id desc
        ) as back_no
    from rating_series as series
    inner join members_then as members
        on
            series.case_id = members.case_id
            and series.session_id = members.session_id
            and series.instrument_id = members.instrument_id
            and series.scale = members.scale
    inner join scale_spreads as spreads
        on series.instrument_id = spreads.instrument_id and series.scale = spreads.scale
    inner join registry_split_cuts as cuts on cuts.raters = 2
    where series.perspective = 'therapist' and series.member_id is null

)

select
    measured.case_id,
    measured.session_id,
    measured.row_key,
    measured.scale,
    measured.instrument_id,
    measured.is_default_scale,
    measured.session_no,
    measured.rater_id,
    measured.score as therapist_score,
    measured.members_mean,
    cast(measured.member_count as integer) as member_count,
    measured.score - measured.members_mean as gap,
    measured.gap_sd,
    measured.cut,
    abs(measured.gap_sd) >= measured.cut as is_beyond,
    measured.back_no = 1
    and count(*) filter (
        where measured.back_no <= rules.gap_window and abs(measured.gap_sd) >= measured.cut
    ) over (partition by measured.case_id, measured.row_key, measured.scale)
    >= rules.gap_count as is_raised,
    measured.back_no = 1 as is_latest
from measured
cross join registry_rules as rules
order by measured.case_id, measured.session_id, measured.row_key, measured.scale
