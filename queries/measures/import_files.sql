-- name: import_files
-- purpose: The files of the export, with how many rows were accepted and how many set aside.
-- grain: one row per (file)
-- reads: loaded_files
-- params:
--   $scope_case_ids    VARCHAR[] rows only where it is null: an import concerns every case
-- columns:
--   file               VARCHAR   not null
--   table_names        VARCHAR[] not null
--   row_count          INTEGER   not null
--   accepted_count     INTEGER   not null
--   set_aside_count    INTEGER   not null
--   sha256             VARCHAR   not null
-- order: file
select
    file,
    table_names,
    cast(row_count as integer) as row_count,
    cast(accepted_count as integer) as accepted_count,
    cast(set_aside_count as integer) as set_aside_count,
    sha256
from loaded_files
where cast($scope_case_ids as varchar[]) is null
order by file
