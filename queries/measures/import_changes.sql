-- name: import_changes
-- purpose: What the last import changed in each table, against the generation before it.
-- grain: one row per (table_name)
-- reads: loaded_changes
-- params:
--   $scope_case_ids    VARCHAR[] rows only where it is null: an import concerns every case
-- columns:
--   table_name         VARCHAR   not null
--   before_count       BIGINT    rows before; null for a first import or where not compared
--   now_count          BIGINT    not null, rows now
--   added_count        BIGINT    rows whose key is new, null likewise
--   changed_count      BIGINT    rows whose key stays and whose content differs, null likewise
--   vanished_count     BIGINT    rows whose key is gone, null likewise
-- order: table_name
select
    table_name,
    before_count,
    now_count,
    added_count,
    changed_count,
    vanished_count
from loaded_changes
where cast($scope_case_ids as varchar[]) is null
order by table_name
