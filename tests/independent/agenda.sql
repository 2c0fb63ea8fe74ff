-- Third part of the second agenda: see scores.sql.

---------------------------------------------------------------------------------------------------
-- 7. Who is not heard
---------------------------------------------------------------------------------------------------

create temp table own_forms as
select
    s.case_id,
    s.session_id,
    f.member_id,
    f.instrument_id,
    i.kind,
    -- What a form says of itself gives way to its items: one missing is partial, none is complete.
    case
        when
            f.state = 'partial'
            and i.scoring = 'items'
            and coalesce(f.components_source, 'items') = 'items'
            and f.form_id in (select form_id from scores)
            then 'complete'
        when
            f.state = 'complete'
            and i.scoring = 'items'
            and coalesce(f.components_source, 'items') = 'items'
            and f.form_id not in (select form_id from scores)
            then 'partial'
        else f.state
    end as state,
from raw_forms as f
join raw_sessions as s using (session_id)
join instruments as i using (instrument_id)
where f.perspective = 'self' and f.member_id is not null;

-- Members whose age band fits an alliance instrument with own forms that is used in the case.
create temp table may_rate as
select distinct c.case_id, m.member_id,
from raw_cases as c
join raw_members as m using (family_id)
join own_forms as f on f.case_id = c.case_id and f.kind = 'alliance'
join fitting_ages as a on a.instrument_id = f.instrument_id and a.age_band = m.age_band;

create temp table member_sessions as
select
    h.case_id,
    r.member_id,
    h.session_no,
    h.nth_last,
    a.member_id is not null as is_there,
    coalesce(bool_or(f.state = 'complete'), false) as has_rated,
    coalesce(bool_and(f.state = 'not_applicable'), false) as need_not_rate,
from held as h
join may_rate as r using (case_id)
left join attended as a on a.session_id = h.session_id and a.member_id = r.member_id
left join own_forms as f
    on f.session_id = h.session_id and f.member_id = r.member_id and f.kind = 'alliance'
group by h.case_id, r.member_id, h.session_no, h.nth_last, a.member_id;

create temp table silent as
with runs as (
    select
        case_id, member_id,
        -- Sessions from the latest backwards until one at which the member was not silent.
        coalesce(
            min(nth_last) filter (not (is_there and not has_rated and not need_not_rate)) - 1,
            max(nth_last)
        ) as silent_for,
        count(*) filter (has_rated) as rated,
        count(*) filter (nth_last <= 2 and not is_there and not has_rated) = 2 as is_gone,
    from member_sessions
    group by case_id, member_id
)
select
    r.case_id, r.member_id,
    list(m.session_no order by m.session_no) filter (
        m.nth_last <= greatest(r.silent_for, 2)
    ) as session_nos,
from runs as r
join member_sessions as m using (case_id, member_id)
where r.silent_for >= 2 or (r.rated >= 3 and r.is_gone)
group by r.case_id, r.member_id;

-- Expected: everyone there at a held session, with each instrument that person uses in the case.
create temp table coverage as
with assigned as (
    select distinct f.case_id, f.member_id, f.instrument_id,
    from own_forms as f
    join raw_members as m using (member_id)
    join fitting_ages as a on a.instrument_id = f.instrument_id and a.age_band = m.age_band
    where f.state in ('complete', 'partial')
),
expected as (
    select
        h.case_id, h.session_id, a.member_id, g.instrument_id,
        coalesce(f.state, 'no_record') as state,
    from held as h
    join attended as a using (session_id)
    join assigned as g on g.case_id = h.case_id and g.member_id = a.member_id
    left join own_forms as f
        on f.session_id = h.session_id
        and f.member_id = a.member_id
        and f.instrument_id = g.instrument_id
    where h.nth_last <= 4 and coalesce(f.state, 'no_record') <> 'not_applicable'
)
select case_id, (count(*) filter (state = 'complete'))::double / count(*) as share,
from expected
group by case_id;

---------------------------------------------------------------------------------------------------
-- 8. Threats beside signals
---------------------------------------------------------------------------------------------------

create temp table open_threats as
select
    t.case_id,
    t.threat_id,
    t.member_id,
    opened.session_no::integer as opened_no,
from raw_threats as t
join raw_sessions as opened on opened.session_id = t.session_id
left join raw_sessions as closed on closed.session_id = t.closed_session_id
join latest_held as l on l.case_id = t.case_id
where
    opened.session_no::integer <= l.session_no
    and (closed.session_no is null or closed.session_no::integer > l.session_no);

create temp table unanswered_threats as
select
    t.case_id,
    t.threat_id,
    t.member_id,
    list(h.session_no order by h.session_no) as session_nos,
from open_threats as t
join held as h on h.case_id = t.case_id and h.session_no >= t.opened_no
where t.threat_id not in (select threat_id from raw_strategies where threat_id is not null)
group by t.case_id, t.threat_id, t.member_id
having count(*) >= 3;

create temp table cases_with_a_signal as
select case_id from latest_ruptures where repaired_session is null
union
select s.case_id
from splits as s
join held as h on h.case_id = s.case_id and h.session_no = s.session_no
where s.nth_last = 1 and s.split_level = 'marked' and h.nth_last <= 2
union
select case_id from widening where is_often or is_growing
union
select case_id from weak_links
union
select case_id from three_falls
union
select case_id from slips;

create temp table rated_lately as
select distinct h.case_id
from held as h
join member_ratings as r on r.session_id = h.session_id
where h.nth_last <= 2;

---------------------------------------------------------------------------------------------------
-- 9. The reasons
---------------------------------------------------------------------------------------------------

create temp table reasons as

select
    1 as tier,
    'rupture_marked' as reason_code,
    case_id,
    member_id,
    instrument_id,
    null::varchar as threat_id,
    [onset_session, latest_session] as session_nos,
    depth as value,
from latest_ruptures
where is_marked and repaired_session is null

union all
select
    1, 'split_marked', s.case_id, null, s.instrument_id, null, [s.session_no], s.range_in_sd
from splits as s
join in_window as w on w.case_id = s.case_id and w.session_no = s.session_no
where s.nth_last = 1 and s.split_level = 'marked'

union all
select 1, 'silent_member', case_id, member_id, null, null, session_nos, null
from silent

union all
select
    2, 'rupture_notable', case_id, member_id, instrument_id, null,
    [onset_session, latest_session], depth
from latest_ruptures
where not is_marked and repaired_session is null

union all
select
    2, 'split_widening', case_id, null, instrument_id, null,
    case when is_often then wide_sessions else last_sessions end, null
from widening
where is_often or is_growing

union all
select 2, 'weak_link', case_id, member_id, instrument_id, null, session_nos, null
from weak_links

union all
select
    2, 'three_falls', f.case_id, f.member_id, f.instrument_id, null,
    list(r.session_no order by r.session_no), f.fall
from three_falls as f
join member_ratings as r
    on r.case_id = f.case_id
    and r.member_id = f.member_id
    and r.instrument_id = f.instrument_id
    and r.rater_id is not distinct from f.rater_id
    and r.rating_no >= f.run_start
group by f.case_id, f.member_id, f.instrument_id, f.rater_id, f.fall

union all
-- From the last perfect rating on.
select
    2, 'slip_from_ceiling', f.case_id, f.member_id, f.instrument_id, null,
    list(r.session_no order by r.session_no), null
from slips as f
join member_ratings as r
    on r.case_id = f.case_id
    and r.member_id = f.member_id
    and r.instrument_id = f.instrument_id
    and r.rater_id is not distinct from f.rater_id
    and r.rating_no >= f.last_perfect
group by f.case_id, f.member_id, f.instrument_id, f.rater_id

union all
select 2, 'family_therapist_gap', case_id, null, instrument_id, null, session_nos, null
from therapist_gaps

union all
select 2, 'threat_without_strategy', case_id, member_id, null, threat_id, session_nos, null
from unanswered_threats

union all
select 2, 'signal_without_threat', case_id, null, null, null, [l.session_no], null
from latest_held as l
where
    case_id in (select case_id from cases_with_a_signal)
    and case_id not in (select case_id from open_threats)

union all
select 2, 'threat_without_signal', case_id, null, null, null, [l.session_no], null
from latest_held as l
where
    case_id in (select case_id from open_threats)
    and case_id in (select case_id from rated_lately)
    and case_id not in (select case_id from cases_with_a_signal)

union all
select
    2, 'thin_coverage', c.case_id, null, null, null,
    list(h.session_no order by h.session_no), c.share
from coverage as c
join held as h on h.case_id = c.case_id and h.nth_last <= 4
where c.share < 0.6 - 1e-9
group by c.case_id, c.share

union all
select 2, 'unplanned_ending', a.case_id, null, null, null, [l.session_no], null
from on_agenda as a
left join latest_held as l using (case_id)
where a.is_dropout

union all
select
    3, 'repaired', r.case_id, r.member_id, r.instrument_id, null,
    [r.onset_session, r.repaired_session], null
from latest_ruptures as r
join in_window as w on w.case_id = r.case_id and w.session_no = r.repaired_session

union all
select 3, 'split_narrowed', case_id, null, instrument_id, null, session_nos, null
from narrowed

union all
select
    3, 'opening_up', o.case_id, o.member_id, o.instrument_id, null,
    [min(r.session_no), max(r.session_no)], null
from openings_up as o
join member_ratings as r
    on r.case_id = o.case_id
    and r.member_id = o.member_id
    and r.instrument_id = o.instrument_id
    and r.rater_id is not distinct from o.rater_id
group by o.case_id, o.member_id, o.instrument_id, o.rater_id;

create temp table agenda as
select
    r.case_id,
    a.family_id,
    r.tier,
    r.reason_code,
    r.member_id,
    r.instrument_id,
    r.threat_id,
    r.session_nos::integer[] as session_nos,
    r.value::double as value,
from reasons as r
join on_agenda as a using (case_id);
