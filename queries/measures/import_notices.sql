-- name: import_notices
-- purpose: What was accepted and yet deserves a look.
-- grain: one row per (row_id)
-- reads: loaded_notices
-- params:
--   $scope_case_ids    VARCHAR[] rows only where it is null: an import concerns every case
-- columns:
--   row_id             INTEGER   not null, from 1, in the order of file, row and column
--   file               VARCHAR   not null
--   row_no             INTEGER   null when the whole file is concerned; the header is row 1
--   table_name         VARCHAR   null when not known
--   column_name        VARCHAR   null when the whole row is concerned
--   rule               VARCHAR   not null
--   message            VARCHAR   not null
-- order: row_id
select
    cast(
        row_number() over (
            order by file, row_no, table_name, column_name, rule, message
        ) as integer
    ) as row_id,
    file,
    cast(row_no as integer) as row_no,
    table_name,
    column_name,
    rule,
    message
from loaded_notices
where cast($scope_case_ids as varchar[]) is null
order by row_id
