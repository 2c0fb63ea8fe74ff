-- name: cells
-- purpose: One cell for each heatmap row, session and scale, with its score or why there is none.
-- grain: one row per (case_id, session_id, row_key, scale)
-- reads: display_limits, form_places, form_scores, registry_instruments, row_scales
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   session_id        VARCHAR  not null
--   session_no        INTEGER  not null
--   held_on           DATE     null when the export has no date
--   row_key           VARCHAR  not null
--   target_member_id  VARCHAR  null for the whole family
--   instrument_id     VARCHAR  not null
--   instrument_family VARCHAR  not null
--   scale             VARCHAR  not null
--   score             DOUBLE   raw points, null unless the scale is complete
--   state             VARCHAR  not null, complete exactly where there is a score
--   step              INTEGER  1 to 6, 7 = perfect; null without a score and on scales around zero
--   is_true_zero      BOOLEAN  not null
--   is_interpretable  BOOLEAN  not null
--   is_member_rating  BOOLEAN  not null
--   is_expected       BOOLEAN  not null
--   form_id           VARCHAR  null where no row was exported
--   collected         VARCHAR  null when not known
--   series_no         INTEGER  not null, of the row and scale, as in row_scales
-- order: case_id, session_id, row_key, scale
with

scores_of_forms as (

    select
        form_id,
        list({'scale': scale, 'score': score}) as scored
    from form_scores
    where score is not null
    group by form_id

),

scored_places as (

    select
        places.case_id,
        places.session_id,
        places.session_no,
        places.held_on,
        places.row_key,
        places.target_member_id,
        places.instrument_id,
        places.instrument_family,
        row_scales.scale,
        row_scales.is_component,
        list_filter(
            scores_of_forms.scored, lambda part: part.scale = row_scales.scale -- noqa: RF01
        )[1].score as score,
        places.place_state,
        places.are_components_real,
        places.is_member_rating,
        places.is_expected,
        places.form_id,
        places.collected,
        row_scales.series_no
    from form_places as places
    inner join row_scales
        on places.case_id = row_scales.case_id and places.row_key = row_scales.row_key
    left join scores_of_forms on places.form_id = scores_of_forms.form_id

),

mirrored as (

    select
        scored_places.case_id,
        scored_places.session_id,
        scored_places.session_no,
        scored_places.held_on,
        scored_places.row_key,
        scored_places.target_member_id,
        scored_places.instrument_id,
        scored_places.instrument_family,
        scored_places.scale,
        scored_places.is_component,
        scored_places.score,
        scored_places.place_state,
        scored_places.are_components_real,
        scored_places.is_member_rating,
        scored_places.is_expected,
        scored_places.form_id,
        scored_places.collected,
        scored_places.series_no,
        limits.limit_2,
        limits.limit_3,
        limits.limit_4,
        limits.limit_5,
        limits.limit_6,
        limits.scale_maximum,
        if(
            limits.is_reversed,
            limits.scale_minimum + limits.scale_maximum - scored_places.score,
            scored_places.score
        ) as strength
    from scored_places
    left join display_limits as limits
        on
            scored_places.instrument_id = limits.instrument_id
            and scored_places.scale = limits.scale

)

select
    mirrored.case_id,
    mirrored.session_id,
    mirrored.session_no,
    mirrored.held_on,
    mirrored.row_key,
    mirrored.target_member_id,
    mirrored.instrument_id,
    mirrored.instrument_family,
    mirrored.scale,
    mirrored.score,
    case
        when mirrored.score is not null then 'complete'
        when mirrored.place_state = 'complete' then 'partial'
        else mirrored.place_state
    end as state,
    cast(
        case
            when instruments.is_true_zero then null
            when mirrored.strength >= mirrored.scale_maximum then 7
            when mirrored.strength >= mirrored.limit_6 then 6
            when mirrored.strength >= mirrored.limit_5 then 5
            when mirrored.strength >= mirrored.limit_4 then 4
            when mirrored.strength >= mirrored.limit_3 then 3
            when mirrored.strength >= mirrored.limit_2 then 2
            when mirrored.strength is not null then 1
        end as integer
    ) as step,
    instruments.is_true_zero,
    mirrored.are_components_real or not mirrored.is_component as is_interpretable,
    mirrored.is_member_rating,
    mirrored.is_expected,
    mirrored.form_id,
    mirrored.collected,
    mirrored.series_no
from mirrored
inner join registry_instruments as instruments
    on mirrored.instrument_id = instruments.instrument_id
order by mirrored.case_id, mirrored.session_id, mirrored.row_key, mirrored.scale
