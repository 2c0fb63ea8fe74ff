// The task in Mosaic: three menus narrow one selection; a cell plot and a line read it.
import * as vg from "@uwdata/vgplot";
import {clausePoint, makeClient} from "@uwdata/mosaic-core";
import {literal, sql} from "@uwdata/mosaic-sql";

const THREATS = ["lack_of_trust", "goal_misalignment", "resistance_to_change"];
const coordinator = vg.coordinator();
coordinator.databaseConnector(vg.restConnector({uri: `${location.origin}/`}));
const selection = vg.Selection.intersect();

const listed = await coordinator.query("select distinct therapist_id, case_id from ratings order by all", {type: "json"});
const rows = Array.isArray(listed) ? listed : listed.toArray();
const cases = new Map();
for (const {therapist_id, case_id} of rows) cases.set(therapist_id, [...(cases.get(therapist_id) ?? []), case_id]);

const menu = (id, options, narrow) => {
  const select = document.createElement("select"), source = {reset() {}};
  select.id = id;
  const fill = entries => select.replaceChildren(...entries.map(([value, label]) => new Option(label, value)));
  fill(options);
  select.addEventListener("input", () => selection.update(narrow(select.value, source)));
  select.addEventListener("pointerenter", () => selection.activate(narrow(select.options[1]?.value ?? "", source)));
  document.body.append(select);
  return {select, fill, source, narrow};
};
const threatClause = (value, source) => ({
  source, value: value || null,
  predicate: value ? sql`list_contains(threat_types, ${literal(value)})` : null,
});
const points = column => (value, source) => clausePoint(column, value || undefined, {source});
const ofTherapist = id => [["", "every case"], ...cases.get(id).map(one => [one, one])];

const first = cases.keys().next().value;
const therapist = menu("therapist", [...cases.keys()].map(id => [id, id]), points("therapist_id"));
const chosenCase = menu("case", ofTherapist(first), points("case_id"));
menu("threat", [["", "any"], ...THREATS.map(kind => [kind, kind])], threatClause);
therapist.select.addEventListener("input", () => chosenCase.fill(ofTherapist(therapist.select.value)));
selection.update(therapist.narrow(first, therapist.source));

const line = document.createElement("p");
line.id = "line";
makeClient({
  selection,
  query: filter => vg.Query.from("ratings").select({
    forms: vg.count(),
    families: vg.count("family_id").distinct(),
    lowest: sql`min(score) filter (where is_own)`,
    highest: sql`max(score) filter (where is_own)`,
  }).where(filter),
  queryResult: result => {
    const {forms, families, lowest, highest} = result.toArray()[0], count = Number(forms), homes = Number(families);
    const range = lowest === null ? "" : ` · lowest ${lowest}, highest ${highest}`;
    line.textContent = count ? `${count} form${count === 1 ? "" : "s"} · ${homes} famil${homes === 1 ? "y" : "ies"}${range}` : "no forms";
  },
});
const picture = vg.plot(
  vg.cell(vg.from("ratings", {filterBy: selection}), {x: "session_no", y: "row_key", fill: vg.avg("score"), inset: 0}),
  vg.colorDomain([0, 40]), vg.xLabel(null), vg.yLabel(null), vg.width(1100), vg.height(600), vg.marginLeft(200),
);
picture.id = "picture";
document.body.append(line, picture);
