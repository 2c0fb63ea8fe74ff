-- name: heatmap_rows
-- purpose: The rows of each heatmap in reading order, with the gaps that part them.
-- grain: one row per (case_id, instrument_family, row_key)
-- reads: family_members, form_rows, registry_instruments, row_scales
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   instrument_family VARCHAR  not null, the heatmap in which the row stands
--   row_no            INTEGER  not null, from 0
--   row_key           VARCHAR  not null
--   kind              VARCHAR  not null, member, observer, shared or therapist
--   member_id         VARCHAR  null for the whole family
--   rater_id          VARCHAR  null when not known
--   perspective       VARCHAR  not null
--   instrument_id     VARCHAR  not null
--   role              VARCHAR  null for the whole family
--   role_number       INTEGER  not null, 1 and up where members share a role, else 0
--   age_band          VARCHAR  null for the whole family
--   index_client      BOOLEAN  not null
--   is_member_rating  BOOLEAN  not null, as in form_rows
--   starts_block      BOOLEAN  not null, a gap stands above
-- order: case_id, instrument_family, row_key
with

kinds as (

    select
        form_rows.case_id,
        form_rows.instrument_family,
        form_rows.row_key,
        case
            when row_scales.row_key is not null then 'shared'
            when form_rows.perspective = 'self' then 'member'
            else form_rows.perspective
        end as kind,
        form_rows.target_member_id,
        form_rows.rater_id,
        form_rows.perspective,
        form_rows.instrument_id,
        instruments.kind as instrument_kind,
        instruments.instrument_no,
        form_rows.is_member_rating
    from form_rows
    inner join registry_instruments as instruments
        on form_rows.instrument_id = instruments.instrument_id
    left join row_scales
        on
            form_rows.target_member_id is null
            and form_rows.case_id = row_scales.case_id
            and form_rows.row_key = row_scales.row_key
            and row_scales.scale = 'shared_purpose'

),

member_families as (

    select distinct
        case_id,
        instrument_family
    from kinds
    where kind = 'member' and instrument_kind = 'alliance'

),

placed as (

    select
        kinds.case_id,
        kinds.instrument_family as shown_family,
        kinds.row_key
    from kinds

    union

    select
        kinds.case_id,
        member_families.instrument_family as shown_family,
        kinds.row_key
    from kinds
    inner join member_families on kinds.case_id = member_families.case_id
    where kinds.kind = 'shared'

),

blocks as (

    select
        placed.case_id,
        placed.shown_family,
        kinds.row_key,
        kinds.kind,
        kinds.target_member_id,
        kinds.rater_id,
        kinds.perspective,
        kinds.instrument_id,
        case kinds.kind when 'member' then 0 when 'observer' then 1 else 2 end as kind_order,
        if(kinds.kind in ('member', 'observer'), kinds.instrument_no, 0) as block_no,
        if(kinds.kind = 'therapist', 1, 0) as tail_order,
        kinds.instrument_no,
        members.role,
        members.role_order,
        members.role_number,
        members.age_band,
        members.index_client,
        kinds.is_member_rating
    from placed
    inner join kinds on placed.case_id = kinds.case_id and placed.row_key = kinds.row_key
    left join family_members as members on kinds.target_member_id = members.member_id

),

ordered as (

    select
        case_id,
        shown_family,
        row_key,
        kind,
        target_member_id,
        rater_id,
        perspective,
        instrument_id,
        kind_order,
        block_no,
        role,
        role_number,
        age_band,
        index_client,
        is_member_rating,
        row_number() over (
            partition by case_id, shown_family
            order by
                kind_order,
                block_no,
                tail_order,
                instrument_no,
                role_order nulls last,
                target_member_id nulls last,
                row_key
        ) - 1 as row_no
    from blocks

)

select
    case_id,
    shown_family as instrument_family,
    cast(row_no as integer) as row_no,
    row_key,
    kind,
    target_member_id as member_id,
    rater_id,
    perspective,
    instrument_id,
    role,
    coalesce(role_number, 0) as role_number,
    age_band,
    coalesce(index_client, false) as index_client,
    is_member_rating,
    row_no > 0
    and row_no = min(row_no) over (
        partition by case_id, shown_family, kind_order, block_no
    ) as starts_block
from ordered
order by case_id, instrument_family, row_key
