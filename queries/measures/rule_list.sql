-- name: rule_list
-- purpose: Every rule by which the signals were computed, with its reason, its source, and whether
--   the service set it.
-- grain: one row per (rule_no)
-- reads: generation, registry_rule_list
-- params:
-- columns:
--   rule_no           INTEGER  not null, order of the file of rules
--   rule_id           VARCHAR  not null
--   value             DOUBLE   in the unit, null for a word
--   word              VARCHAR  null for a number
--   unit              VARCHAR  not null
--   reason            VARCHAR  not null
--   source            VARCHAR  not null
--   is_own            BOOLEAN  not null, set by the service
--   rules_version     VARCHAR  not null, of the shipped rules, + that of the service
-- order: rule_no
select
    rules.rule_no,
    rules.rule_id,
    rules.value,
    rules.word,
    rules.unit,
    rules.reason,
    rules.source,
    rules.is_own,
    generation.rules_version
from registry_rule_list as rules
cross join generation
order by rules.rule_no
