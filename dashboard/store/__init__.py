"""The only place that talks to DuckDB: generations, connections, named queries."""

from dashboard.domain.places import state_folder
from dashboard.store.columns import column_types
from dashboard.store.contracts import (
    QueryColumn,
    QueryContract,
    QueryParam,
    documented_contracts,
    query_contracts,
)
from dashboard.store.facts import StoreFacts
from dashboard.store.folder import is_store_folder, require_folder_of_its_own
from dashboard.store.parameters import selection_params
from dashboard.store.publishing import publish
from dashboard.store.reading import Store
from dashboard.store.sealed import keep_sealed, sealed_text
from dashboard.store.sources import (
    StoreListing,
    list_stores,
    open_source,
    purge_stores,
    renew_store,
    store_folder_of,
)
from dashboard.store.uploading import changes_to, keep_mapping, kept_mapping

__all__ = [
    "QueryColumn",
    "QueryContract",
    "QueryParam",
    "Store",
    "StoreFacts",
    "StoreListing",
    "changes_to",
    "column_types",
    "documented_contracts",
    "is_store_folder",
    "keep_mapping",
    "keep_sealed",
    "kept_mapping",
    "list_stores",
    "open_source",
    "publish",
    "purge_stores",
    "query_contracts",
    "renew_store",
    "require_folder_of_its_own",
    "sealed_text",
    "selection_params",
    "state_folder",
    "store_folder_of",
]
