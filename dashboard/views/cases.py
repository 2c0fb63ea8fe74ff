"""What the block says about cases, instruments and words, apart from the tables."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl

from dashboard.domain.vocabulary import Scale
from dashboard.views import words as say
from dashboard.views.interface import interface_words
from dashboard.views.keys import colour_keys
from dashboard.views.lanes import _letters

if TYPE_CHECKING:
    from dashboard.views.numbers import BlockNumbers


def case_facts(build: BlockNumbers) -> dict[str, Any]:
    """Return the JSON part of the block that speaks of cases and instruments."""
    return {
        **facts_of_cases(build),
        "instruments": _instruments(build),
        "keys": colour_keys(build),
        "words": interface_words(build.language),
    }


def facts_of_cases(build: BlockNumbers) -> dict[str, Any]:
    """Return what every set of cases says anew: its cases, its weeks, and what they stand for."""
    first_week = build.first_week
    return {
        "cases": [_case(build, row) for row in build.case_list.iter_rows(named=True)],
        "families": _families(build),
        "defaultFamily": _commonest(build),
        "firstWeek": first_week.isoformat() if first_week else "",
        "firstDay": build.day(first_week),
        "weekCount": _week_count(build),
        "weekDays": _week_days(build),
        "scaleWords": [build.language(say.SCALE_WORDS[code]) for code in build.scales],
        "months": _months(build),
        "hasDates": first_week is not None,
    }


def _case(build: BlockNumbers, row: dict[str, Any]) -> dict[str, Any]:
    family_id = row["family_id"]
    return {
        "code": row["case_id"],
        "family": family_id,
        "latest": row["is_latest_of_family"],
        "who": _therapists(build, row),
        "facts": _facts(build, row),
        "families": [
            build.families[code] for code in row["instrument_families"] if code in build.families
        ],
        "tried": _tried(build, row["case_id"]),
    }


def _therapists(build: BlockNumbers, row: dict[str, Any]) -> str:
    leads, others = ", ".join(row["lead_therapist_ids"]), ", ".join(row["co_therapist_ids"])
    if not others:
        return leads
    return build.language("{leads} with {others}").format(leads=leads, others=others)


def _facts(build: BlockNumbers, row: dict[str, Any]) -> list[str]:
    language = build.language
    modality, referral = say.MODALITY_WORDS[row["modality"]], say.REFERRAL_WORDS[row["referral"]]
    facts = [language(modality)]
    not_held = row["session_count"] - row["held_count"]
    held = language.plural("{count} session held", "{count} sessions held", row["held_count"])
    facts.append(held.format(count=row["held_count"]))
    if not_held:
        facts[-1] += language(", {count} not").format(count=not_held)
    if row["first_held_on"]:
        span = language("{first} to {last}").format(
            first=language.short_date(row["first_held_on"]),
            last=language.long_date(row["last_held_on"]),
        )
        facts.append(span)
    if row["expected_count"]:
        share = round(100 * row["complete_count"] / row["expected_count"])
        text = language("{complete} of {expected} expected forms, {share} %").format(
            complete=row["complete_count"], expected=row["expected_count"], share=share
        )
        partial = language(": read as partial") if share < 60 else ""
        facts.append(text + partial)
    facts.append(language(referral))
    ending = row["ending"]
    if ending != "ongoing":
        facts.append(language(say.ENDING_WORDS[ending]))
    return facts


def _tried(build: BlockNumbers, case_id: str) -> list[str]:
    uses, said = build.uses_of.get(case_id, []), []
    for letter, use in zip(_letters(len(uses)), uses, strict=True):
        strategy = say.STRATEGY_WORDS[use["strategy"]]
        text = build.language("{letter}: session {number}, {strategy}")
        spoken = build.language(strategy)
        said.append(text.format(letter=letter, number=use["session_no"], strategy=spoken))
    return said


def _families(build: BlockNumbers) -> list[dict[str, Any]]:
    families = build.family_list
    return [
        {
            "code": row["instrument_family"],
            "name": row["family_name"],
            "default": build.scales.get(row["default_scale"], 0),
            "scales": _switch(build, row["scales"]),
        }
        for row in families.iter_rows(named=True)
    ]


def _switch(build: BlockNumbers, scales: list[str]) -> list[int]:
    """Return the scales a person can switch to; shared purpose has a row of its own always."""
    members_own = [code for code in scales if code != Scale.SHARED_PURPOSE] or scales
    return [build.scales[code] for code in members_own if code in build.scales]


def _commonest(build: BlockNumbers) -> int:
    counts = build.family_list["form_count"].to_list()
    return counts.index(max(counts)) if counts else 0


def _instruments(build: BlockNumbers) -> list[dict[str, Any]]:
    instruments: list[dict[str, Any]] = []
    for code in build.instruments:
        rows = build.frames.instrument_scales.filter(pl.col("instrument_id") == code)
        scales = {
            str(build.scales[row["scale"]]): {
                "least": round(row["scale_minimum"] * 100),
                "most": round(row["scale_maximum"] * 100),
                "unit": _unit(build, row),
            }
            for row in rows.iter_rows(named=True)
        }
        instruments.append({"code": code, "name": rows["instrument_name"][0], "scales": scales})
    return instruments


def _unit(build: BlockNumbers, row: dict[str, Any]) -> str:
    language = build.language
    if row["is_true_zero"]:
        text = language("from {least} to {most}, {instrument}")
        least = language.number(row["scale_minimum"], signed=True)
        most = language.number(row["scale_maximum"], signed=True)
        return text.format(least=least, most=most, instrument=row["instrument_name"])
    text = language("of {most}, {instrument}")
    return text.format(
        most=language.number(row["scale_maximum"]), instrument=row["instrument_name"]
    )


def _week_count(build: BlockNumbers) -> int:
    weeks = build.frames.alliance_by_family_week
    if build.first_week is None:
        return 0
    last = weeks["week_start_date"].max()
    return (last - build.first_week).days // 7 + 1  # type: ignore[operator, union-attr]


def _weeks(build: BlockNumbers) -> list[dt.date]:
    if build.first_week is None:
        return []
    return [build.first_week + dt.timedelta(weeks=n) for n in range(_week_count(build))]


def _week_days(build: BlockNumbers) -> list[str]:
    return [build.language.week_of(day) for day in _weeks(build)]


def _months(build: BlockNumbers) -> list[list[Any]]:
    """Return the first week of each month with the month's short name."""
    months: list[list[Any]] = []
    before = 0
    for number, day in enumerate(_weeks(build)):
        if day.month != before:
            begins_year = day.month == 1 or not months
            named = build.language.month_of_year if begins_year else build.language.month
            months.append([number, named(day)])
            before = day.month
    return months
