-- name: threat_agreement
-- purpose: Whether what people coded as a threat and what the ratings signal agree at the latest
--   held session of a case.
-- grain: one row per (case_id)
-- reads: ceilings, member_links, native_cases, native_sessions, rating_series, registry_rules,
--   ruptures, session_threats, split_trends, splits, three_falls
-- kept: with its case
-- params:
-- columns:
--   case_id            VARCHAR   not null
--   has_open_threat    BOOLEAN   not null, at the latest held session
--   has_signal         BOOLEAN   not null, one that would stand on the agenda
--   has_recent_rating  BOOLEAN   not null, by or about a member in the last held sessions
--   kind               VARCHAR   signal_without_threat or threat_without_signal; null neither
--   threat_ids         VARCHAR[] not null, open then, sorted
--   threat_types       VARCHAR[] not null, of those, each once, sorted
--   signal_codes       VARCHAR[] not null, codes of the agenda, each once, sorted
--   latest_held_session_no INTEGER null when no session was held
-- order: case_id
with

held_from_the_end as (

    select
        case_id,
        session_id,
        session_no,
        row_number() over (
            partition by case_id
            order by session_no desc, session_id desc
        ) as back_no
    from native_sessions
    where status = 'held'

),

recent_sessions as (

    select
        held.case_id,
        held.session_id
    from held_from_the_end as held
    cross join registry_rules as rules
    where held.back_no <= rules.agenda_sessions

),

signals as (

    select
        case_id,
        'rupture_' || level as signal_code
    from ruptures
    where is_default_scale and is_latest_rupture and state != 'repaired'
    union
    select
        splits.case_id,
        'split_marked' as signal_code
    from splits
    inner join recent_sessions as recent on splits.session_id = recent.session_id
    where splits.is_default_scale and splits.is_latest_joint and splits.level = 'marked'
    union
    select
        case_id,
        'split_widening' as signal_code
    from split_trends
    where is_default_scale and is_widening
    union
    select
        case_id,
        'weak_link' as signal_code
    from member_links
    where is_default_scale and link = 'weak'
    union
    select
        case_id,
        'three_falls' as signal_code
    from three_falls
    where is_default_scale
    union
    select
        case_id,
        'slip_from_ceiling' as signal_code
    from ceilings
    where is_default_scale and is_member_rating and is_slip

),

signals_of_cases as (

    select
        case_id,
        list(signal_code order by signal_code) as signal_codes
    from signals
    group by case_id

),

threats_then as (

    select
        threats.case_id,
        list(threats.threat_id order by threats.threat_id) as threat_ids,
        list_sort(list(distinct threats.threat_type)) as threat_types
    from session_threats as threats
    inner join held_from_the_end as held
        on threats.session_id = held.session_id and held.back_no = 1
    group by threats.case_id

),

cases_rated as (

    select distinct recent.case_id
    from recent_sessions as recent
    inner join rating_series as series on recent.session_id = series.session_id
    where series.is_member_rating

)

select
    cases.case_id,
    threats.case_id is not null as has_open_threat,
    signals.case_id is not null as has_signal,
    rated.case_id is not null as has_recent_rating,
    case
        when held.case_id is null then null
        when threats.case_id is null and signals.case_id is not null then 'signal_without_threat'
        when
            threats.case_id is not null
            and signals.case_id is null
            and rated.case_id is not null
            then 'threat_without_signal'
    end as kind,
    coalesce(threats.threat_ids, cast([] as varchar[])) as threat_ids,
    coalesce(threats.threat_types, cast([] as varchar[])) as threat_types,
    coalesce(signals.signal_codes, cast([] as varchar[])) as signal_codes,
    cast(held.session_no as integer) as latest_held_session_no
from native_cases as cases
left join held_from_the_end as held on cases.case_id = held.case_id and held.back_no = 1
left join signals_of_cases as signals on cases.case_id = signals.case_id
left join threats_then as threats on cases.case_id = threats.case_id
left join cases_rated as rated on cases.case_id = rated.case_id
order by cases.case_id
