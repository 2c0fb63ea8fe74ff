-- The agenda, computed a second time from the raw export: scores.sql, signals.sql and agenda.sql
-- are one script in three parts, run in this order on one connection by agenda.py.
--
-- Written from the settled definitions alone; nothing here reads or copies the queries of the
-- product, and every threshold is a literal, so that a slip in either place shows as a difference.
-- Expects the raw native tables (all text), the facts of the registry, `run_facts` (one row: as_of,
-- last_meeting_on) and `last_discussed` (case_id, session_no), all made by agenda.py.
-- Leaves the answer in the table `agenda`. Only the default scale of an instrument is looked at.
-- Comparisons of computed sums allow 1e-9, so that an edge met exactly counts as met.

---------------------------------------------------------------------------------------------------
-- 1. Thresholds
---------------------------------------------------------------------------------------------------

-- Studentised range at infinite degrees of freedom, by number of raters. p95 as settled; p80 solved
-- from P(R <= q) = k * integral of phi(x) * (Phi(x) - Phi(x - q))^(k - 1) dx, Simpson's rule, to
-- three decimals (a test integrates it again). For two raters: sqrt(2) * 1.28155 = 1.812.
create temp table quantiles as
select * from (
    values
        (2, 1.812::double, 2.772::double),
        (3, 2.424, 3.314),
        (4, 2.784, 3.633),
        (5, 3.037, 3.858),
        (6, 3.232, 4.030)
) as quantile (raters, p80, p95);

---------------------------------------------------------------------------------------------------
-- 2. Cases, sessions, attendance
---------------------------------------------------------------------------------------------------

create temp table on_agenda as
select
    c.case_id,
    c.family_id,
    c.ending = 'dropout' as is_dropout,
from raw_cases as c
cross join run_facts as r
where
    (c.ending = 'ongoing' and (c.closed_on is null or c.closed_on::date > r.as_of))
    -- Since the last meeting; before a first one: within 28 days before as_of; no dates: never.
    or coalesce(
        c.ending = 'dropout'
        and c.closed_on::date <= r.as_of
        and case
            when r.last_meeting_on is null then c.closed_on::date >= r.as_of - 28
            else c.closed_on::date > r.last_meeting_on
        end,
        false
    );

create temp table held as
select
    case_id,
    session_id,
    session_no::integer as session_no,
    -- 1 is the latest held session of the case.
    row_number() over (partition by case_id order by session_no::integer desc) as nth_last,
from raw_sessions
where status = 'held';

create temp table latest_held as
select case_id, session_id, session_no from held where nth_last = 1;

create temp table in_window as
select h.case_id, h.session_no
from held as h
left join last_discussed as d using (case_id)
where case when d.session_no is null then h.nth_last <= 2 else h.session_no > d.session_no end;

create temp table attended as
select session_id, member_id from raw_attendance where state in ('present', 'partial');

---------------------------------------------------------------------------------------------------
-- 3. Scores of the default scale, from items or from ratings; a scale is complete or has no score
---------------------------------------------------------------------------------------------------

create temp table scores as
with from_items as (
    select
        f.form_id,
        sum(
            case
                when k.is_reversed then i.item_min + i.item_max - x.value::double
                else x.value::double
            end
        ) as score,
    from raw_forms as f
    join instruments as i using (instrument_id)
    join default_items as k using (instrument_id)
    left join raw_item_scores as x on x.form_id = f.form_id and x.item_no::integer = k.item_no
    where
        i.scoring = 'items'
        and coalesce(f.components_source, 'items') = 'items'
        and f.state in ('complete', 'partial')
    group by f.form_id
    having count(x.value) = count(k.item_no)
),
from_ratings as (
    select f.form_id, r.score::double as score,
    from raw_forms as f
    join instruments as i using (instrument_id)
    join raw_ratings as r on r.form_id = f.form_id and r.scale = i.default_scale
    where
        (i.scoring = 'ratings' or f.components_source in ('total_split', 'subscale_only'))
        and i.scoring <> 'refused'
        and f.state in ('complete', 'partial')
        and r.score is not null
)
select * from from_items
union all
select * from from_ratings;

-- Alliance scores only, with where and by whom.
create temp table alliance_scores as
select
    s.case_id,
    s.session_id,
    s.session_no::integer as session_no,
    f.member_id,
    f.perspective,
    case when f.perspective = 'self' then f.member_id else f.rater_id end as rater_id,
    f.instrument_id,
    i.has_own_forms,
    i.highest,
    x.score,
from scores as x
join raw_forms as f using (form_id)
join raw_sessions as s using (session_id)
join instruments as i using (instrument_id)
where i.kind = 'alliance';

-- A member's own form; where there is none for members, the observer's rating of that member.
create temp table member_ratings as
select
    *,
    row_number() over series as rating_no,
    count(*) over (partition by case_id, member_id, instrument_id, rater_id) as ratings,
    case when has_own_forms then 'own forms' else coalesce(rater_id, 'observer') end as joint_group,
from alliance_scores
where
    member_id is not null
    and perspective = case when has_own_forms then 'self' else 'observer' end
window series as (partition by case_id, member_id, instrument_id, rater_id order by session_no);

---------------------------------------------------------------------------------------------------
-- 4. The spread of ratings in the service
---------------------------------------------------------------------------------------------------

create temp table joint_ratings as
select
    *,
    count(*) over joint_session as raters,
    avg(score) over joint_session as joint_mean,
    max(score) over joint_session - min(score) over joint_session as score_range,
from member_ratings
window joint_session as (partition by case_id, session_no, instrument_id, joint_group)
qualify count(*) over joint_session >= 2;

create temp table spreads as
with between_members as (
    select
        instrument_id,
        case when count(distinct member_id) >= 30 then stddev_samp(score) end as sd_between,
    from member_ratings
    group by instrument_id
),
series as (
    select
        instrument_id,
        member_id,
        count(*) as n,
        var_samp(score) * (count(*) - 1) as squares,
    from member_ratings
    group by instrument_id, case_id, member_id, rater_id
    having count(*) >= 4
),
within_members as (
    select
        instrument_id,
        case
            when count(distinct member_id) >= 30 then sqrt(2) * sqrt(sum(squares) / sum(n - 1))
        end as s_diff,
    from series
    group by instrument_id
),
joint_sessions as (
    select
        instrument_id,
        count(*) as n,
        avg(score) as mean,
        var_samp(score) * (count(*) - 1) as squares,
    from joint_ratings
    group by instrument_id, case_id, session_no, joint_group
),
grand as (
    select instrument_id, avg(score) as grand_mean from joint_ratings group by instrument_id
),
variances as (
    select
        instrument_id,
        count(*) as groups,
        (sum(n) - sum(n * n)::double / sum(n)) / (count(*) - 1) as n0,
        sum(n * (mean - grand_mean) ** 2) / (count(*) - 1) as ms_between,
        sum(squares) / (sum(n) - count(*)) as ms_within,
    from joint_sessions
    join grand using (instrument_id)
    group by instrument_id
    having count(*) >= 50
)
select
    b.instrument_id,
    b.sd_between,
    w.s_diff,
    -- Under 50 joint sessions nothing is estimated.
    case
        when v.groups is null then 0.5
        else greatest(
            0,
            least(0.95, (v.ms_between - v.ms_within) / (v.ms_between + (v.n0 - 1) * v.ms_within))
        )
    end as rho,
from between_members as b
left join within_members as w using (instrument_id)
left join variances as v using (instrument_id);

-- In points of the scale, by number of raters; no row above six raters or without a spread.
create temp table cuts as
select
    s.instrument_id,
    q.raters,
    q.p80 * sqrt(1 - s.rho) * s.sd_between as notable,
    q.p95 * sqrt(1 - s.rho) * s.sd_between as marked,
from spreads as s
cross join quantiles as q
where s.sd_between is not null;
