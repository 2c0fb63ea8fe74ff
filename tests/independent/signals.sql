-- Second part of the second agenda: see scores.sql.

---------------------------------------------------------------------------------------------------
-- 5. Signals of one series
---------------------------------------------------------------------------------------------------

-- What each rating would be measured against if a rupture opened there.
create temp table measured as
select
    r.*,
    count(*) over earlier as earlier,
    avg(r.score) over earlier as reference,
    greatest(stddev_samp(r.score) over earlier, s.sd_between) as spread,
    s.sd_between is not null as is_known,
    lag(r.score) over series as score_before,
from member_ratings as r
join spreads as s using (instrument_id)
window
    series as (
        partition by r.case_id, r.member_id, r.instrument_id, r.rater_id order by r.session_no
    ),
    earlier as (
        partition by r.case_id, r.member_id, r.instrument_id, r.rater_id order by r.session_no
        rows between unbounded preceding and 1 preceding
    );

create temp table opening as
select
    *,
    coalesce(
        earlier >= 4 and is_known and spread > 0 and reference - score >= 1.5 * spread - 1e-9, false
    ) as may_open,
from measured;

-- One walk through each series; at most one rupture is open at a time.
create temp table rupture_walk as
with recursive walk as (
    select
        case_id, member_id, instrument_id, rater_id, rating_no, session_no,
        false as is_open,
        null::integer as onset_session,
        null::double as reference,
        null::double as spread,
        null::double as lowest,
        null::integer as repaired_session,
    from opening
    where rating_no = 1
    union all
    select
        o.case_id, o.member_id, o.instrument_id, o.rater_id, o.rating_no, o.session_no,
        case
            when w.is_open then o.score < w.reference - 0.3 * (w.reference - w.lowest) - 1e-9
            else o.may_open
        end,
        case when w.is_open then w.onset_session when o.may_open then o.session_no end,
        case when w.is_open then w.reference when o.may_open then o.reference end,
        case when w.is_open then w.spread when o.may_open then o.spread end,
        case when w.is_open then least(w.lowest, o.score) when o.may_open then o.score end,
        case
            when w.is_open and o.score >= w.reference - 0.3 * (w.reference - w.lowest) - 1e-9
                then o.session_no
        end,
    from walk as w
    join opening as o
        on o.case_id = w.case_id
        and o.member_id = w.member_id
        and o.instrument_id = w.instrument_id
        and o.rater_id is not distinct from w.rater_id
        and o.rating_no = w.rating_no + 1
)
select * from walk;

create temp table ruptures as
select
    case_id, member_id, instrument_id, rater_id,
    onset_session,
    max(reference) - min(lowest) as depth,
    max(reference) - min(lowest) >= 2 * max(spread) - 1e-9 as is_marked,
    max(repaired_session) as repaired_session,
    row_number() over (
        partition by case_id, member_id, instrument_id, rater_id order by onset_session desc
    ) as nth_last,
from rupture_walk
where onset_session is not null
group by case_id, member_id, instrument_id, rater_id, onset_session;

-- The latest rupture of each series, with the session of the latest rating.
create temp table latest_ruptures as
select r.*, m.latest_session,
from ruptures as r
join (
    select case_id, member_id, instrument_id, rater_id, max(session_no) as latest_session,
    from member_ratings
    group by case_id, member_id, instrument_id, rater_id
) as m
    on m.case_id = r.case_id
    and m.member_id = r.member_id
    and m.instrument_id = r.instrument_id
    and m.rater_id is not distinct from r.rater_id
where r.nth_last = 1;

-- Everything about a series that is asked at its latest rating.
create temp table series_ends as
select
    case_id, member_id, instrument_id, rater_id,
    max(rating_no) as ratings,
    max(highest) as highest,
    min_by(score, rating_no) as first_score,
    max_by(score, rating_no) as last_score,
    -- The run of falls starts at the last rating that did not fall.
    max(rating_no) filter (score_before is null or score >= score_before) as run_start,
    max(rating_no) filter (score = highest) as last_perfect,
    max(rating_no) filter (score < highest) as last_imperfect,
    regr_slope(score, session_no) as slope,
from measured
group by case_id, member_id, instrument_id, rater_id;

create temp table three_falls as
select
    e.case_id, e.member_id, e.instrument_id, e.rater_id,
    r.score - e.last_score as fall,
    e.run_start,
from series_ends as e
join member_ratings as r
    on r.case_id = e.case_id
    and r.member_id = e.member_id
    and r.instrument_id = e.instrument_id
    and r.rater_id is not distinct from e.rater_id
    and r.rating_no = e.run_start
join spreads as s on s.instrument_id = e.instrument_id
where e.ratings - e.run_start >= 3 and r.score - e.last_score >= 1.96 * s.s_diff - 1e-9;

-- The three ratings up to the last perfect one are perfect, and at least two follow it.
create temp table slips as
select e.case_id, e.member_id, e.instrument_id, e.rater_id, e.last_perfect,
from series_ends as e
join member_ratings as r
    on r.case_id = e.case_id
    and r.member_id = e.member_id
    and r.instrument_id = e.instrument_id
    and r.rater_id is not distinct from e.rater_id
    and r.rating_no between e.last_perfect - 2 and e.last_perfect
    and r.score = e.highest
where e.ratings - e.last_perfect >= 2
group by e.case_id, e.member_id, e.instrument_id, e.rater_id, e.last_perfect
having count(*) = 3;

create temp table openings_up as
select e.case_id, e.member_id, e.instrument_id, e.rater_id,
from series_ends as e
join spreads as s using (instrument_id)
where
    e.ratings >= 4
    and e.first_score < e.highest
    and e.slope > 0
    and e.last_score - e.first_score >= s.s_diff - 1e-9
    -- No ceiling now: one of the latest three is below the maximum.
    and e.last_imperfect >= e.ratings - 2;

---------------------------------------------------------------------------------------------------
-- 6. Signals of a family
---------------------------------------------------------------------------------------------------

create temp table splits as
with joint_sessions as (
    select case_id, instrument_id, joint_group, session_no, raters, score_range,
    from joint_ratings
    group by case_id, instrument_id, joint_group, session_no, raters, score_range
)
select
    j.case_id,
    j.instrument_id,
    j.joint_group,
    j.session_no,
    j.score_range / s.sd_between as range_in_sd,
    -- Null where nothing may be said: above six raters, or without a spread.
    case
        when c.raters is null then null
        when j.score_range >= c.marked - 1e-9 then 'marked'
        when j.score_range >= c.notable - 1e-9 then 'notable'
        else 'below'
    end as split_level,
    row_number() over joint_group_order as joint_no,
    row_number() over (
        partition by j.case_id, j.instrument_id, j.joint_group order by j.session_no desc
    ) as nth_last,
from joint_sessions as j
join spreads as s using (instrument_id)
left join cuts as c on c.instrument_id = j.instrument_id and c.raters = j.raters
window joint_group_order as (
    partition by j.case_id, j.instrument_id, j.joint_group order by j.session_no
);

create temp table widening as
select
    case_id, instrument_id, joint_group,
    list(session_no order by session_no) filter (
        nth_last <= 4 and split_level in ('notable', 'marked')
    ) as wide_sessions,
    list(session_no order by session_no) filter (nth_last <= 6) as last_sessions,
    coalesce(len(wide_sessions), 0) >= 3 as is_often,
    count(*) filter (nth_last <= 6) >= 5
    and regr_slope(range_in_sd, joint_no) filter (nth_last <= 6) >= 0.25 - 1e-9
    and count(*) filter (nth_last <= 2 and split_level in ('notable', 'marked')) = 2 as is_growing,
from splits
group by case_id, instrument_id, joint_group;

create temp table narrowed as
select
    case_id, instrument_id, joint_group,
    list(session_no order by session_no) as session_nos,
from splits
where nth_last <= 3
group by case_id, instrument_id, joint_group
having
    count(*) filter (nth_last <= 2 and split_level = 'below') = 2
    and count(*) filter (nth_last = 3 and split_level in ('notable', 'marked')) = 1;

create temp table weak_links as
with compared as (
    select
        j.case_id, j.member_id, j.instrument_id, j.session_no,
        -- Mean of the others: all but this one.
        (j.joint_mean * j.raters - j.score) / (j.raters - 1) - j.score >= c.notable - 1e-9
            as is_weak,
        row_number() over (
            partition by j.case_id, j.member_id, j.instrument_id order by j.session_no desc
        ) as nth_last,
    from joint_ratings as j
    left join cuts as c on c.instrument_id = j.instrument_id and c.raters = j.raters
    where j.has_own_forms
)
select
    case_id, member_id, instrument_id,
    list(session_no order by session_no) filter (is_weak) as session_nos,
from compared
where nth_last <= 3
group by case_id, member_id, instrument_id
having count(*) filter (is_weak) >= 2;

create temp table therapist_gaps as
with members as (
    select case_id, session_no, instrument_id, avg(score) as members_mean,
    from member_ratings
    where has_own_forms
    group by case_id, session_no, instrument_id
),
compared as (
    select
        t.case_id, t.instrument_id, t.rater_id, t.session_no,
        abs(t.score - m.members_mean) >= c.marked - 1e-9 as is_beyond,
        row_number() over (
            partition by t.case_id, t.instrument_id, t.rater_id order by t.session_no desc
        ) as nth_last,
    from alliance_scores as t
    join members as m using (case_id, session_no, instrument_id)
    left join cuts as c on c.instrument_id = t.instrument_id and c.raters = 2
    where t.perspective = 'therapist' and t.member_id is null
)
select
    case_id, instrument_id, rater_id,
    list(session_no order by session_no) filter (is_beyond) as session_nos,
from compared
where nth_last <= 3
group by case_id, instrument_id, rater_id
having count(*) filter (is_beyond) >= 2;
