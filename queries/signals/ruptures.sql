-- name: ruptures
-- purpose: Possible ruptures of a member's alliance, against their own earlier ratings, and whether
--   what was lost has been regained.
-- grain: one row per (case_id, row_key, scale, rupture_no)
-- reads: rating_series, registry_rules, scale_spreads
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   row_key           VARCHAR  not null
--   scale             VARCHAR  not null
--   rupture_no        INTEGER  not null, 1 for the first of the series
--   member_id         VARCHAR  not null
--   instrument_id     VARCHAR  not null
--   is_default_scale  BOOLEAN  not null, the scale the agenda speaks of
--   onset_session_no  INTEGER  not null
--   onset_session_id  VARCHAR  not null
--   onset_score       DOUBLE   not null, raw points
--   reference         DOUBLE   not null, points, mean of the member's ratings before the onset
--   spread            DOUBLE   not null, points, the larger of own and service SD at the onset
--   lowest_score      DOUBLE   not null, since the onset, the repair included
--   lowest_session_no INTEGER  not null
--   depth             DOUBLE   not null, points from reference to lowest
--   depth_sd          DOUBLE   not null, depth in spreads
--   level             VARCHAR  not null, notable or marked
--   state             VARCHAR  not null, open, unrepaired (so far) or repaired
--   repaired_session_no INTEGER null while it is not repaired
--   repaired_score    DOUBLE   likewise
--   further_count     INTEGER  not null, ratings after the onset, up to a repair
--   latest_session_no INTEGER  not null, of the series
--   latest_score      DOUBLE   not null
--   is_latest_rupture BOOLEAN  not null, the last of the series
--   session_nos       INTEGER[] not null, from the onset to the repair or the latest rating
--   scores            DOUBLE[] not null, in step
-- order: case_id, row_key, scale, rupture_no
with

series as (

    select
        ratings.case_id,
        ratings.row_key,
        ratings.scale,
        ratings.member_id,
        ratings.instrument_id,
        ratings.is_default_scale,
        spreads.sd_between,
        list(ratings.score order by ratings.rating_no) as scores,
        list(ratings.session_no order by ratings.rating_no) as session_nos,
        list(ratings.session_id order by ratings.rating_no) as session_ids
    from rating_series as ratings
    inner join scale_spreads as spreads
        on
            ratings.instrument_id = spreads.instrument_id
            and ratings.scale = spreads.scale
    where ratings.is_member_rating and spreads.sd_between is not null
    group by
        ratings.case_id,
        ratings.row_key,
        ratings.scale,
        ratings.member_id,
        ratings.instrument_id,
        ratings.is_default_scale,
        spreads.sd_between

),

walked as (

    select
        series.case_id,
        series.row_key,
        series.scale,
        series.member_id,
        series.instrument_id,
        series.is_default_scale,
        series.scores,
        series.session_nos,
        series.session_ids,
        -- noqa: disable=all
        -- One step a rating: counts and sums of the ratings so far, and the rupture that is open.
        -- A rupture that ends is put on the list `found`, an open one stands in the fields beside.
        list_reduce(
            list_transform(
                series.scores,
                lambda score, place: struct_pack(
                    place := cast(place as integer),
                    score := score,
                    earlier := 0,
                    total := cast(0 as double),
                    squares := cast(0 as double),
                    onset := 0,
                    reference := cast(0 as double),
                    spread := cast(0 as double),
                    lowest := cast(0 as double),
                    lowest_at := 0,
                    found := cast(
                        []
                        as struct(
                            onset integer,
                            reference double,
                            spread double,
                            lowest double,
                            lowest_at integer,
                            repaired_at integer
                        )[]
                    )
                )
            ),
            lambda so_far, rating: struct_pack(
                place := rating.place,
                score := rating.score,
                earlier := so_far.earlier + 1,
                total := so_far.total + rating.score,
                squares := so_far.squares + rating.score * rating.score,
                onset := case
                    when
                        so_far.onset > 0
                        and rating.score >= so_far.reference - (1 - rules.rupture_repaired_share)
                        * (so_far.reference - so_far.lowest)
                        then 0
                    when so_far.onset > 0 then so_far.onset
                    when
                        so_far.earlier >= rules.rupture_least_earlier
                        and so_far.total / so_far.earlier - rating.score
                        >= rules.rupture_notable_sd * greatest(
                            series.sd_between,
                            sqrt(
                                greatest(
                                    0,
                                    so_far.squares - so_far.total * so_far.total / so_far.earlier
                                ) / (so_far.earlier - 1)
                            )
                        )
                        then rating.place
                    else 0
                end,
                reference := if(
                    so_far.onset > 0, so_far.reference, so_far.total / greatest(so_far.earlier, 1)
                ),
                spread := if(
                    so_far.onset > 0,
                    so_far.spread,
                    greatest(
                        series.sd_between,
                        sqrt(
                            greatest(
                                0,
                                so_far.squares
                                - so_far.total * so_far.total / greatest(so_far.earlier, 1)
                            ) / greatest(so_far.earlier - 1, 1)
                        )
                    )
                ),
                lowest := if(
                    so_far.onset > 0, least(so_far.lowest, rating.score), rating.score
                ),
                lowest_at := if(
                    so_far.onset > 0 and so_far.lowest <= rating.score,
                    so_far.lowest_at,
                    rating.place
                ),
                found := if(
                    so_far.onset > 0
                    and rating.score >= so_far.reference - (1 - rules.rupture_repaired_share)
                    * (so_far.reference - so_far.lowest),
                    list_append(
                        so_far.found,
                        struct_pack(
                            onset := so_far.onset,
                            reference := so_far.reference,
                            spread := so_far.spread,
                            lowest := so_far.lowest,
                            lowest_at := so_far.lowest_at,
                            repaired_at := rating.place
                        )
                    ),
                    so_far.found
                )
            ),
            struct_pack(
                place := 0,
                score := cast(0 as double),
                earlier := 0,
                total := cast(0 as double),
                squares := cast(0 as double),
                onset := 0,
                reference := cast(0 as double),
                spread := cast(0 as double),
                lowest := cast(0 as double),
                lowest_at := 0,
                found := cast(
                    []
                    as struct(
                        onset integer,
                        reference double,
                        spread double,
                        lowest double,
                        lowest_at integer,
                        repaired_at integer
                    )[]
                )
            )
        ) as walk
    from series
    cross join registry_rules as rules

),

-- noqa: enable=all

found_ruptures as (

    select
        case_id,
        row_key,
        scale,
        member_id,
        instrument_id,
        is_default_scale,
        scores,
        session_nos,
        session_ids,
        unnest(
            if(
                walk.onset > 0,
                list_append(
                    walk.found,
                    struct_pack(
                        onset := walk.onset,
                        reference := walk.reference,
                        spread := walk.spread,
                        lowest := walk.lowest,
                        lowest_at := walk.lowest_at,
                        repaired_at := cast(null as integer)
                    )
                ),
                walk.found
            )
        ) as rupture
    from walked

),

placed as (

    select
        found_ruptures.case_id,
        found_ruptures.row_key,
        found_ruptures.scale,
        found_ruptures.member_id,
        found_ruptures.instrument_id,
        found_ruptures.is_default_scale,
        found_ruptures.scores,
        found_ruptures.session_nos,
        found_ruptures.session_ids,
        found_ruptures.rupture,
        found_ruptures.rupture.reference - found_ruptures.rupture.lowest as depth,
        coalesce(
            found_ruptures.rupture.repaired_at, len(found_ruptures.scores)
        ) as last_place,
        row_number() over (
            partition by
                found_ruptures.case_id, found_ruptures.row_key, found_ruptures.scale
            order by found_ruptures.rupture.onset
        ) as rupture_no,
        count(*) over (
            partition by
                found_ruptures.case_id, found_ruptures.row_key, found_ruptures.scale
        ) as rupture_count
    from found_ruptures

)

select
    placed.case_id,
    placed.row_key,
    placed.scale,
    cast(placed.rupture_no as integer) as rupture_no,
    placed.member_id,
    placed.instrument_id,
    placed.is_default_scale,
    placed.session_nos[placed.rupture.onset] as onset_session_no,
    placed.session_ids[placed.rupture.onset] as onset_session_id,
    placed.scores[placed.rupture.onset] as onset_score,
    placed.rupture.reference,
    placed.rupture.spread,
    placed.rupture.lowest as lowest_score,
    placed.session_nos[placed.rupture.lowest_at] as lowest_session_no,
    placed.depth,
    placed.depth / placed.rupture.spread as depth_sd,
    if(
        placed.depth >= rules.rupture_marked_sd * placed.rupture.spread, 'marked', 'notable'
    ) as level,
    case
        when placed.rupture.repaired_at is not null then 'repaired'
        when placed.last_place - placed.rupture.onset >= rules.rupture_unrepaired_after
            then 'unrepaired'
        else 'open'
    end as state,
    placed.session_nos[placed.rupture.repaired_at] as repaired_session_no,
    placed.scores[placed.rupture.repaired_at] as repaired_score,
    cast(placed.last_place - placed.rupture.onset as integer) as further_count,
    placed.session_nos[-1] as latest_session_no,
    placed.scores[-1] as latest_score,
    placed.rupture_no = placed.rupture_count as is_latest_rupture,
    placed.session_nos[placed.rupture.onset:placed.last_place] as session_nos,
    placed.scores[placed.rupture.onset:placed.last_place] as scores
from placed
cross join registry_rules as rules
order by placed.case_id, placed.row_key, placed.scale, rupture_no
-- sqlfluff:exclude_rules:AL05,RF02,RF03,RF04,ST06
