-- name: threat_strategy_matrix
-- purpose: What was tried for which type of threat, and how the next ratings of whoever it
--   concerned lay. Counts and raw changes; nothing of what followed below a number of cases.
-- grain: one row per (threat_type, strategy, instrument_id)
-- reads: family_members, native_cases, native_sessions, native_strategies, native_threats,
--   registry_instruments, registry_rules, selected_cases, strategy_followups
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
--   $group_ids         VARCHAR[] cases with a lead or co of one within the dates; empty: every one
--   $therapist_ids     VARCHAR[] cases with one as lead or co within the dates; empty: every one
--   $family_ids        VARCHAR[] empty list means every family
--   $case_ids          VARCHAR[] empty list means every case
--   $member_ids        VARCHAR[] cases of their families; empty list means every one
--   $threat_types      VARCHAR[] cases with one open within the dates; empty means every case
--   $instrument_family VARCHAR   empty text means every one
--   $date_from         DATE      first day counted, null means from the start
--   $date_to           DATE      last day counted, null means to the end
-- columns:
--   threat_type        VARCHAR   not null; partial_alliance or threat where none coded is named
--   strategy           VARCHAR   not null
--   instrument_id      VARCHAR   not null, of the ratings described; empty where there are none
--   use_count          INTEGER   not null, of the pairing: the same for each of its instruments
--   case_count         INTEGER   not null, of the pairing
--   member_count       INTEGER   not null, members concerned, of the pairing
--   change_count       INTEGER   not null, ratings at the session that a later one follows
--   change_case_count  INTEGER   not null, cases with such ratings
--   rose_count         INTEGER   of them the next rating was higher; null below the least cases
--   same_count         INTEGER   the same; null likewise
--   fell_count         INTEGER   lower; null likewise
--   change_median      DOUBLE    points, next rating minus the one then; null likewise
--   change_lower       DOUBLE    points, lower quartile; null likewise
--   change_upper       DOUBLE    points, upper quartile; null likewise
-- order: threat_type, strategy, instrument_id
with

chosen_cases as (

    select selected.case_id
    from
        selected_cases(
            $scope_case_ids,
            $group_ids,
            $therapist_ids,
            $family_ids,
            $case_ids,
            $member_ids,
            $threat_types,
            $date_from,
            $date_to
        ) as selected

),

uses as (

    select
        strategies.strategy_id,
        sessions.case_id,
        strategies.member_id,
        cases.family_id,
        coalesce(threats.threat_type, strategies.context) as threat_type,
        strategies.strategy
    from native_strategies as strategies
    inner join native_sessions as sessions on strategies.session_id = sessions.session_id
    inner join native_cases as cases on sessions.case_id = cases.case_id
    inner join chosen_cases on sessions.case_id = chosen_cases.case_id
    left join native_threats as threats on strategies.threat_id = threats.threat_id
    where
        (cast($date_from as date) is null or sessions.held_on >= cast($date_from as date))
        and (cast($date_to as date) is null or sessions.held_on <= cast($date_to as date))

),

pairings as (

    select
        uses.threat_type,
        uses.strategy,
        count(distinct uses.strategy_id) as use_count,
        count(distinct uses.case_id) as case_count,
        count(distinct members.member_id) as member_count
    from uses
    left join family_members as members
        on
            uses.family_id = members.family_id
            and coalesce(uses.member_id, members.member_id) = members.member_id
    group by uses.threat_type, uses.strategy

),

followed as (

    select
        uses.threat_type,
        uses.strategy,
        followups.instrument_id,
        count(followups.next_change) as change_count,
        count(distinct uses.case_id) filter (
            where followups.next_change is not null
        ) as change_case_count,
        count(*) filter (where followups.next_change > 0) as rose_count,
        count(*) filter (where followups.next_change = 0) as same_count,
        count(*) filter (where followups.next_change < 0) as fell_count,
        quantile_cont(followups.next_change, 0.5) as change_median,
        quantile_cont(followups.next_change, 0.25) as change_lower,
        quantile_cont(followups.next_change, 0.75) as change_upper
    from uses
    inner join strategy_followups as followups on uses.strategy_id = followups.strategy_id
    inner join registry_instruments as instruments
        on followups.instrument_id = instruments.instrument_id
    where $instrument_family = '' or instruments.instrument_family = $instrument_family
    group by uses.threat_type, uses.strategy, followups.instrument_id

)

select
    pairings.threat_type,
    pairings.strategy,
    coalesce(followed.instrument_id, '') as instrument_id,
    cast(pairings.use_count as integer) as use_count,
    cast(pairings.case_count as integer) as case_count,
    cast(pairings.member_count as integer) as member_count,
    cast(coalesce(followed.change_count, 0) as integer) as change_count,
    cast(coalesce(followed.change_case_count, 0) as integer) as change_case_count,
    cast(
        if(
            followed.change_case_count >= rules.follow_least_cases, followed.rose_count, null
        ) as integer
    ) as rose_count,
    cast(
        if(
            followed.change_case_count >= rules.follow_least_cases, followed.same_count, null
        ) as integer
    ) as same_count,
    cast(
        if(
            followed.change_case_count >= rules.follow_least_cases, followed.fell_count, null
        ) as integer
    ) as fell_count,
    if(followed.change_case_count >= rules.follow_least_cases, followed.change_median, null)
        as change_median,
    if(followed.change_case_count >= rules.follow_least_cases, followed.change_lower, null)
        as change_lower,
    if(followed.change_case_count >= rules.follow_least_cases, followed.change_upper, null)
        as change_upper
from pairings
cross join registry_rules as rules
left join followed
    on pairings.threat_type = followed.threat_type and pairings.strategy = followed.strategy
order by pairings.threat_type, pairings.strategy, instrument_id
