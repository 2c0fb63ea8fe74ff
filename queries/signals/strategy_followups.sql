-- name: strategy_followups
-- purpose: The ratings of whoever a strategy concerned, at its session and the next ones;
--   described, never an effect.
-- grain: one row per (strategy_id, row_key)
-- reads: cells, form_rows, native_sessions, native_strategies, native_threats,
--   registry_families, registry_instruments, registry_rules
-- kept: with its case
-- params:
-- columns:
--   strategy_id        VARCHAR   not null
--   row_key            VARCHAR   not null, on its default scale
--   case_id            VARCHAR   not null
--   member_id          VARCHAR   not null, concerned; every member rated when it was for the family
--   is_for_family      BOOLEAN   not null, the strategy was meant for the whole family
--   instrument_id      VARCHAR   not null
--   scale              VARCHAR   not null, the default one
--   session_no         INTEGER   not null, at which the strategy was used
--   strategy           VARCHAR   not null
--   threat_id          VARCHAR   null when it was not meant for a coded threat
--   threat_type        VARCHAR   null likewise
--   context            VARCHAR   not null, threat or partial_alliance
--   helpful            VARCHAR   the therapist's own word afterwards, null when not given
--   score_then         DOUBLE    points, at the session of use; null without a complete form
--   next_scores        DOUBLE[]  not null, points, at the next sessions; null where none
--   next_session_nos   INTEGER[] not null, sessions held or rated after it
--   next_states        VARCHAR[] not null, complete or what became of the form
--   next_score         DOUBLE    points, the first of those ratings; null without any
--   next_change        DOUBLE    points, that one minus the one then; null unless both exist
-- order: strategy_id, row_key
with

used as (

    select
        strategies.strategy_id,
        sessions.case_id,
        sessions.session_no,
        strategies.member_id,
        strategies.strategy,
        strategies.threat_id,
        threats.threat_type,
        strategies.context,
        strategies.helpful
    from native_strategies as strategies
    inner join native_sessions as sessions on strategies.session_id = sessions.session_id
    left join native_threats as threats on strategies.threat_id = threats.threat_id

),

concerned_rows as (

    select
        used.strategy_id,
        used.case_id,
        used.session_no,
        used.member_id is null as is_for_family,
        used.strategy,
        used.threat_id,
        used.threat_type,
        used.context,
        used.helpful,
        form_rows.row_key,
        form_rows.target_member_id,
        form_rows.instrument_id,
        families.default_scale as scale
    from used
    inner join form_rows
        on
            used.case_id = form_rows.case_id
            and form_rows.is_member_rating
            and form_rows.is_used
            and coalesce(used.member_id, form_rows.target_member_id) = form_rows.target_member_id
    inner join registry_instruments as instruments
        on form_rows.instrument_id = instruments.instrument_id and instruments.kind = 'alliance'
    inner join registry_families as families
        on form_rows.instrument_family = families.instrument_family

),

cells_since as (

    select
        concerned.strategy_id,
        concerned.row_key,
        cells.session_no,
        if(cells.is_interpretable, cells.score, null) as score,
        cells.state,
        cells.session_no = concerned.session_no as is_then,
        row_number() over (
            partition by concerned.strategy_id, concerned.row_key
            order by cells.session_no, cells.session_id
        ) - max(if(cells.session_no = concerned.session_no, 1, 0)) over (
            partition by concerned.strategy_id, concerned.row_key
        ) as next_no,
        rules.follow_ratings
    from concerned_rows as concerned
    cross join registry_rules as rules
    inner join cells
        on
            concerned.case_id = cells.case_id
            and concerned.row_key = cells.row_key
            and concerned.scale = cells.scale
            and (
                concerned.session_no = cells.session_no
                or (concerned.session_no < cells.session_no and cells.state != 'not_held')
            )

),

followed as (

    select
        strategy_id,
        row_key,
        max(score) filter (where is_then) as score_then,
        list(score order by session_no) filter (
            where not is_then and next_no <= follow_ratings
        ) as next_scores,
        list(session_no order by session_no) filter (
            where not is_then and next_no <= follow_ratings
        ) as next_session_nos,
        list(state order by session_no) filter (
            where not is_then and next_no <= follow_ratings
        ) as next_states,
        arg_min(score, session_no) filter (
            where not is_then and next_no <= follow_ratings and score is not null
        ) as next_score
    from cells_since
    group by strategy_id, row_key

)

select
    concerned.strategy_id,
    concerned.row_key,
    concerned.case_id,
    concerned.target_member_id as member_id,
    concerned.is_for_family,
    concerned.instrument_id,
    concerned.scale,
    cast(concerned.session_no as integer) as session_no,
    concerned.strategy,
    concerned.threat_id,
    concerned.threat_type,
    concerned.context,
    concerned.helpful,
    followed.score_then,
    coalesce(followed.next_scores, cast([] as double[])) as next_scores,
    coalesce(followed.next_session_nos, cast([] as integer[])) as next_session_nos,
    coalesce(followed.next_states, cast([] as varchar[])) as next_states,
    followed.next_score,
    followed.next_score - followed.score_then as next_change
from concerned_rows as concerned
inner join followed
    on
        concerned.strategy_id = followed.strategy_id
        and concerned.row_key = followed.row_key
order by concerned.strategy_id, concerned.row_key
