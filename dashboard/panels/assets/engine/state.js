// Selection: read from Panel's widget models, made definite for a block, written as a URL.
const LISTS = {groups: "group", therapists: "therapist", families: "family", cases: "case", members: "member", threats: "threat"};
const WORDS = {instrument: "instrument", scale: "scale", from: "from", to: "to"};
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const QUIET = {sync: false};

export const emptySelection = () => ({groups: [], therapists: [], families: [], cases: [], members: [], threats: [],
  instrument: "", scale: "", from: "", to: "", axis: "session"});

export function toQuery(selection) {                     // the same text as Selection.to_query
  const pairs = Object.entries(LISTS).map(([name, key]) => [key, [...selection[name]].sort().join(",")]);
  pairs.push(...Object.entries(WORDS).map(([name, key]) => [key, selection[name]]));
  pairs.push(["axis", selection.axis === "session" ? "" : selection.axis]);
  return pairs.filter(([, text]) => text).map(([key, text]) => `${key}=${text}`).join("&");
}

export function fromQuery(query) {
  const given = new URLSearchParams(query), selection = emptySelection();
  for (const [name, key] of Object.entries(LISTS)) selection[name] = (given.get(key) ?? "").split(",").filter(Boolean).sort();
  for (const [name, key] of Object.entries(WORDS)) selection[name] = given.get(key) ?? "";
  selection.axis = given.get("axis") === "date" ? "date" : "session";
  return selection;
}

export const dayNumber = text => DAY.test(text) && !Number.isNaN(Date.parse(text)) ? Math.round(Date.parse(text) / 864e5) : NONE;

export function viewOf(block, selection, look = {}) {    // the same rule as views/view.py
  const codes = block.families.map(family => family.code), shown = block.cases.find(item => item.code === selection.cases[0]);
  let family = codes.indexOf(selection.instrument);
  if (family < 0 || (shown?.families.length && !shown.families.includes(family))) family = shown?.families[0] ?? block.defaultFamily;
  const scales = block.families[family]?.scales ?? [], asked = block.scales.indexOf(selection.scale);
  return {...selection, case: selection.cases[0] ?? "", family,
    scale: scales.includes(asked) ? asked : block.families[family]?.default ?? 0,
    from: block.hasDates ? dayNumber(selection.from) : NONE, to: block.hasDates ? dayNumber(selection.to) : NONE, axis: block.hasDates ? selection.axis : "session",
    cell: look.cell ?? null, page: look.page ?? 0, weekPage: look.weekPage ?? 0, bare: look.bare ?? false};
}

export class Widgets {                                    // finds Panel's widgets by tag; never CustomJS, so never eval
  constructor(document_, options) {
    this.models = {}; this.outlets = {}; this.sources = {}; this.figures = {}; this.options = options;
    for (const root of document_.roots()) for (const model of root.references()) this.#keep(model);
  }
  #keep(model) {
    for (const tag of model.tags ?? []) if (typeof tag === "string") {
      if (tag.startsWith("select:")) this.models[tag.slice(7)] = model;
      if (tag.startsWith("outlet:")) this.outlets[tag.slice(7)] = model;
    }
    const [kind, name, layer] = typeof model.name === "string" ? model.name.split(":") : [];
    if (kind === "figure") this.figures[name] = model;
    else if (layer === undefined && name && model.data) (this.sources[kind] ??= {})[name] = model;
  }
  value(name) {
    const model = this.models[name], codes = this.options[name] ?? [];
    if (!model) return undefined;
    if (name === "members") return model.value.split(",").filter(Boolean).sort();
    if (Array.isArray(model.active)) return model.active.map(i => codes[i]).filter(code => code !== undefined).sort();
    if (typeof model.active === "number") return codes[model.active] ?? "";
    return model.value ?? "";
  }
  read() {
    const selection = emptySelection();
    for (const name of Object.keys(selection)) {
      const value = this.value(name === "cases" ? "case" : name);
      if (value !== undefined) selection[name] = name === "cases" ? (value ? [value] : []) : value;
    }
    return selection;
  }
  write(selection) {                                      // with sync, so that Python follows
    for (const [name, model] of Object.entries(this.models)) {
      const codes = this.options[name] ?? [], wanted = name === "case" ? selection.cases[0] ?? "" : selection[name];
      if (wanted === undefined) continue;
      if (Array.isArray(model.active)) model.setv({active: wanted.map(code => codes.indexOf(code)).filter(i => i >= 0).sort((a, b) => a - b)});
      else if (typeof model.active === "number" || model.active === null) { const i = codes.indexOf(wanted); if (i >= 0) model.setv({active: i}); }
      else model.setv({value: name === "members" ? wanted.join(",") : wanted});
    }
  }
  listen(changed) {
    for (const [name, model] of Object.entries(this.models)) for (const property of ["value", "active"]) {
      model.properties[property]?.change.connect(() => changed(name));
    }
  }
}
