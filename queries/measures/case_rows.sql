-- name: case_rows
-- purpose: The rows of each heatmap in reading order, with the gaps that part them.
-- grain: one row per (case_id, instrument_family, row_no)
-- reads: heatmap_rows
-- kept: with its case
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
-- columns:
--   case_id            VARCHAR   not null
--   instrument_family  VARCHAR   not null, the heatmap in which the row stands
--   row_no             INTEGER   not null, from 0
--   row_key            VARCHAR   not null
--   kind               VARCHAR   not null, member, observer, shared or therapist
--   member_id          VARCHAR   null for the whole family
--   rater_id           VARCHAR   null when not known
--   perspective        VARCHAR   not null
--   instrument_id      VARCHAR   not null
--   role               VARCHAR   null for the whole family
--   role_number        INTEGER   not null, 1 and up where members share a role, else 0
--   age_band           VARCHAR   null for the whole family
--   index_client       BOOLEAN   not null
--   is_member_rating   BOOLEAN   not null, a member's own, else one about a member
--   starts_block       BOOLEAN   not null, a gap stands above
-- order: case_id, instrument_family, row_no
select
    heatmap_rows.case_id,
    heatmap_rows.instrument_family,
    heatmap_rows.row_no,
    heatmap_rows.row_key,
    heatmap_rows.kind,
    heatmap_rows.member_id,
    heatmap_rows.rater_id,
    heatmap_rows.perspective,
    heatmap_rows.instrument_id,
    heatmap_rows.role,
    heatmap_rows.role_number,
    heatmap_rows.age_band,
    heatmap_rows.index_client,
    heatmap_rows.is_member_rating,
    heatmap_rows.starts_block
from heatmap_rows
where
    (
        cast($scope_case_ids as varchar[]) is null
        or heatmap_rows.case_id in (select unnest(cast($scope_case_ids as varchar[])))
    )
order by heatmap_rows.case_id, heatmap_rows.instrument_family, heatmap_rows.row_no
