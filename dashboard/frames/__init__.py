"""One function per measure: a typed Polars frame from a named query."""

from dashboard.frames.agenda import agenda_reasons
from dashboard.frames.cases import (
    case_list,
    case_rows,
    case_sessions,
    case_therapist_spans,
    group_list,
    therapist_list,
)
from dashboard.frames.cells import (
    alliance_by_family_week,
    alliance_cells,
    cell_counts,
    selection_summary,
)
from dashboard.frames.coverage import coverage_by_case, coverage_by_therapist, coverage_total
from dashboard.frames.definitions import catalogue, column_definitions
from dashboard.frames.family_signals import (
    family_therapist_gaps,
    links,
    member_links,
    recent_coverage,
    silent_members,
    split_trends,
    splits,
    strategy_followups,
    threat_agreement,
    threats_without_strategy,
)
from dashboard.frames.fetching import EVERYTHING, fetch, require_columns
from dashboard.frames.imports import (
    generation_facts,
    import_files,
    import_notices,
    rule_list,
    rules_in_force,
    set_aside_rows,
)
from dashboard.frames.instruments import (
    display_steps,
    form_totals,
    instrument_family_list,
    instrument_scales,
)
from dashboard.frames.signals import (
    ceilings,
    falls,
    manufactured_components,
    own_limits,
    rating_changes,
    rating_trends,
    rupture_readiness,
    ruptures,
)
from dashboard.frames.threats import (
    strategy_uses,
    threat_cooccurrence,
    threat_spans,
    threat_strategy_matrix,
    threat_type_list,
    threat_types_by_month,
)
from dashboard.frames.writing import FILE_FORMATS, frame_bytes

__all__ = [
    "EVERYTHING",
    "FILE_FORMATS",
    "agenda_reasons",
    "alliance_by_family_week",
    "alliance_cells",
    "case_list",
    "case_rows",
    "case_sessions",
    "case_therapist_spans",
    "catalogue",
    "ceilings",
    "cell_counts",
    "column_definitions",
    "coverage_by_case",
    "coverage_by_therapist",
    "coverage_total",
    "display_steps",
    "falls",
    "family_therapist_gaps",
    "fetch",
    "form_totals",
    "frame_bytes",
    "generation_facts",
    "group_list",
    "import_files",
    "import_notices",
    "instrument_family_list",
    "instrument_scales",
    "links",
    "manufactured_components",
    "member_links",
    "own_limits",
    "rating_changes",
    "rating_trends",
    "recent_coverage",
    "require_columns",
    "rule_list",
    "rules_in_force",
    "rupture_readiness",
    "ruptures",
    "selection_summary",
    "set_aside_rows",
    "silent_members",
    "split_trends",
    "splits",
    "strategy_followups",
    "strategy_uses",
    "therapist_list",
    "threat_agreement",
    "threat_cooccurrence",
    "threat_spans",
    "threat_strategy_matrix",
    "threat_type_list",
    "threat_types_by_month",
    "threats_without_strategy",
]
