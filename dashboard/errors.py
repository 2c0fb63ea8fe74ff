"""What can go wrong, as one small tree.

AllianceError                the root: everything the product raises on purpose
├── SourceError              an export cannot be used at all; the last good data stay
│   ├── PendingSource        it is still being written: look again later
│   └── MappingError         the mapping or instrument file is not of its form
├── RegistryError            an instrument definition is missing, doubled or refused
├── RulesError               a rules file names an unknown rule or a value of another kind
├── QueryError               a named query or its parameters are not what the header says
├── StoreError               the store folder is missing, damaged or locked
├── MeetingsError            the meetings file cannot be read or written as asked
│   ├── EntryError           what a person typed cannot be kept as it is
│   ├── DecisionGone         a decision is not there, or not any more
│   └── RevisionConflict     somebody else changed the decision meanwhile; both texts are kept
├── SelectionError           a selection holds a word that cannot be a code
├── DisclosureError          a file would tell what it may not
│   └── StaleDataError       it would tell what is older than was asked for
└── FrameError               a frame lacks a column that the measure promises

Every message says what was expected, where, what was found in kind, and what to do. No message
holds a clinical value, a name, or a path of the server beyond the name of the file concerned.
"""

from __future__ import annotations


class AllianceError(Exception):
    """The root of every error that the product raises on purpose."""

    exit_code = 2


class SourceError(AllianceError):
    """An export cannot be used at all; nothing of it was loaded."""


class PendingSource(SourceError):  # noqa: N818 - a state of the source, not a fault
    """An export is still being written; the same call may succeed later."""

    exit_code = 3


class MappingError(SourceError):
    """A mapping or instrument file is not of its form."""


class RegistryError(AllianceError):
    """An instrument definition is missing, doubled, or refused with its reason."""


class RulesError(AllianceError):
    """A rules file names an unknown rule, or a value that is not of its kind."""


class QueryError(AllianceError):
    """A named query is unknown, or its parameters are not those of its header."""


class StoreError(AllianceError):
    """The store folder is missing, damaged, or held by another process."""


class MeetingsError(AllianceError):
    """The meetings file cannot be read or written as asked; what it held is still there."""


class EntryError(MeetingsError):
    """What a person typed cannot be kept as it is; nothing was written."""


class DecisionGone(MeetingsError):  # noqa: N818 - a state of the file, not a fault
    """A decision is not in the meetings file, or not any more."""


class RevisionConflict(MeetingsError):  # noqa: N818 - a state of the file, not a fault
    """Somebody else changed the decision meanwhile; the second text is kept in its history."""


class SelectionError(AllianceError):
    """A selection holds a word that cannot be a code of these data."""


class FrameError(AllianceError):
    """A frame lacks a column that its measure promises."""


class DisclosureError(AllianceError):
    """A file would tell what it may not; nothing was written."""

    exit_code = 4


class StaleDataError(DisclosureError):
    """The data are older than a file may be made from."""

    exit_code = 5
