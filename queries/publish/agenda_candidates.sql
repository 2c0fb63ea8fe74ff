-- name: agenda_candidates
-- purpose: What could be a reason to talk about a case, before it is known when the group last
--   discussed it.
-- grain: one row per (case_id, reason_code, subject_key)
-- reads: ceilings, family_therapist_gaps, member_links, native_cases, rating_trends,
--   recent_coverage, ruptures, silent_members, split_trends, splits, threat_agreement,
--   threats_without_strategy, three_falls
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   reason_code       VARCHAR  not null
--   subject_key       VARCHAR  not null, the row, member, threat or joint group it is about
--   member_id         VARCHAR  null where it is not about one member
--   rater_id          VARCHAR  null where no therapist's or observer's form is concerned
--   instrument_id     VARCHAR  null where no instrument is concerned
--   scale             VARCHAR  likewise
--   threat_id         VARCHAR  null where no threat is concerned
--   threat_types      VARCHAR[] not null
--   signal_codes      VARCHAR[] not null, of signal_without_threat
--   event_session_no  INTEGER  session that must lie in the window; null where none must
--   session_nos       INTEGER[] not null, the sessions a sentence names
--   scores            DOUBLE[] not null, raw points at those sessions; empty where none is meant
--   other_scores      DOUBLE[] not null, what they are compared with; empty where nothing is
--   onset_session_no  INTEGER  null where it has no beginning of its own
--   end_session_no    INTEGER  session of a repair, else the latest; null likewise
--   value             DOUBLE   depth or fall in points, range or gap in SD, share; null without
--   rater_count       INTEGER  null where none were counted together
--   level             VARCHAR  notable or marked, null without levels
--   state             VARCHAR  of a rupture, of silence, of a split over time; null otherwise
--   highest_member_ids VARCHAR[] not null
--   lowest_member_ids VARCHAR[] not null
--   expected_count    INTEGER  forms, null where none were counted
--   complete_count    INTEGER  forms, likewise
-- order: case_id, reason_code, subject_key
with

rupture_reasons as (

    select
        case_id,
        case
            when state = 'repaired' then 'repaired'
            when level = 'marked' then 'rupture_marked'
            else 'rupture_notable'
        end as reason_code,
        row_key as subject_key,
        member_id,
        instrument_id,
        scale,
        if(state = 'repaired', repaired_session_no, null) as event_session_no,
        session_nos,
        scores,
        onset_session_no,
        coalesce(repaired_session_no, latest_session_no) as end_session_no,
        depth as value,
        level,
        state
    from ruptures
    where is_default_scale and is_latest_rupture

),

split_reasons as (

    select
        case_id,
        'split_marked' as reason_code,
        concat_ws('|', instrument_id, observer_id) as subject_key,
        nullif(observer_id, '') as rater_id,
        instrument_id,
        scale,
        session_no as event_session_no,
        [session_no] as session_nos,
        [lowest_score, highest_score] as scores,
        range_sd as value,
        rater_count,
        level,
        highest_member_ids,
        lowest_member_ids
    from splits
    where is_default_scale and is_latest_joint and level = 'marked'

),

trend_reasons as (

    select
        trends.case_id,
        if(trends.is_widening, 'split_widening', 'split_narrowed') as reason_code,
        concat_ws('|', trends.instrument_id, trends.observer_id) as subject_key,
        nullif(trends.observer_id, '') as rater_id,
        trends.instrument_id,
        trends.scale,
        trends.session_nos,
        trends.ranges as scores,
        latest.range_sd as value,
        latest.rater_count,
        latest.level,
        trends.widening_reason as state,
        latest.highest_member_ids,
        latest.lowest_member_ids
    from split_trends as trends
    inner join splits as latest
        on
            trends.case_id = latest.case_id
            and trends.instrument_id = latest.instrument_id
            and trends.scale = latest.scale
            and trends.observer_id = latest.observer_id
            and latest.is_latest_joint
    where trends.is_default_scale and (trends.is_widening or trends.is_narrowed)

),

fall_reasons as (

    select
        case_id,
        'three_falls' as reason_code,
        row_key as subject_key,
        member_id,
        instrument_id,
        scale,
        run_session_nos as session_nos,
        run_scores as scores,
        fall_points as value
    from three_falls
    where is_default_scale

),

slip_reasons as (

    select
        case_id,
        'slip_from_ceiling' as reason_code,
        row_key as subject_key,
        member_id,
        instrument_id,
        scale,
        slip_session_nos as session_nos,
        slip_scores as scores,
        perfect_before as value
    from ceilings
    where is_default_scale and is_member_rating and is_slip

),

opening_reasons as (

    select
        case_id,
        'opening_up' as reason_code,
        row_key as subject_key,
        member_id,
        instrument_id,
        scale,
        [first_session_no, latest_session_no] as session_nos,
        [first_score, latest_score] as scores,
        gain as value
    from rating_trends
    where is_default_scale and is_member_rating and is_opening_up

),

link_reasons as (

    select
        case_id,
        'weak_link' as reason_code,
        row_key as subject_key,
        member_id,
        instrument_id,
        scale,
        session_nos,
        scores,
        others_means as other_scores,
        weak_count as value
    from member_links
    where is_default_scale and link = 'weak'

),

gap_reasons as (

    select
        case_id,
        'family_therapist_gap' as reason_code,
        row_key as subject_key,
        rater_id,
        instrument_id,
        scale,
        [session_no] as session_nos,
        [therapist_score] as scores,
        [members_mean] as other_scores,
        gap_sd as value,
        member_count as rater_count
    from family_therapist_gaps
    where is_default_scale and is_latest and is_raised

),

silence_reasons as (

    select
        case_id,
        'silent_member' as reason_code,
        member_id as subject_key,
        member_id,
        session_nos,
        kind as state,
        session_count as value
    from silent_members

),

unanswered_threats as (

    select
        case_id,
        'threat_without_strategy' as reason_code,
        threat_id as subject_key,
        member_id,
        threat_id,
        [threat_type] as threat_types,
        [from_session_no, latest_held_session_no] as session_nos,
        from_session_no as onset_session_no,
        held_count as value
    from threats_without_strategy

),

disagreements as (

    select
        case_id,
        kind as reason_code,
        'case' as subject_key,
        threat_types,
        signal_codes,
        [latest_held_session_no] as session_nos
    from threat_agreement
    where kind is not null

),

coverage_reasons as (

    select
        case_id,
        'thin_coverage' as reason_code,
        'case' as subject_key,
        session_nos,
        share as value,
        expected_count,
        complete_count
    from recent_coverage
    where is_thin

),

endings as (

    select
        case_id,
        'unplanned_ending' as reason_code,
        'case' as subject_key
    from native_cases
    where ending = 'dropout' and closed_on is not null

),

reasons as (

    select * from rupture_reasons
    union all by name
    select * from split_reasons
    union all by name
    select * from trend_reasons
    union all by name
    select * from fall_reasons
    union all by name
    select * from slip_reasons
    union all by name
    select * from opening_reasons
    union all by name
    select * from link_reasons
    union all by name
    select * from gap_reasons
    union all by name
    select * from silence_reasons
    union all by name
    select * from unanswered_threats
    union all by name
    select * from disagreements
    union all by name
    select * from coverage_reasons
    union all by name
    select * from endings

)

select
    case_id,
    reason_code,
    subject_key,
    member_id,
    rater_id,
    instrument_id,
    scale,
    threat_id,
    coalesce(threat_types, cast([] as varchar[])) as threat_types,
    coalesce(signal_codes, cast([] as varchar[])) as signal_codes,
    cast(event_session_no as integer) as event_session_no,
    coalesce(session_nos, cast([] as integer[])) as session_nos,
    coalesce(scores, cast([] as double[])) as scores,
    coalesce(other_scores, cast([] as double[])) as other_scores,
    cast(onset_session_no as integer) as onset_session_no,
    cast(end_session_no as integer) as end_session_no,
    cast(value as double) as value,
    cast(rater_count as integer) as rater_count,
    level,
    state,
    coalesce(highest_member_ids, cast([] as varchar[])) as highest_member_ids,
    coalesce(lowest_member_ids, cast([] as varchar[])) as lowest_member_ids,
    cast(expected_count as integer) as expected_count,
    cast(complete_count as integer) as complete_count
from reasons
order by case_id, reason_code, subject_key
