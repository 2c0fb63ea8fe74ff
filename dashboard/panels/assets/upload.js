// The page of uploads. Every text of a file becomes a text node; nothing here makes markup. The files stay in the
// browser and are sent again with each question, so that the board keeps nothing of them between two answers.
const page = document.querySelector("[data-upload]"), w = JSON.parse(page.dataset.said), root = document.documentElement;
const place = name => page.querySelector(`[data-place=${name}]`), step = name => page.querySelector(`[data-step=${name}]`);
const counted = (texts, count, values = {}) => filled(texts[count === 1 ? 0 : 1], {count, ...values});   // [one, many]
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const state = {files: [], forms: {}, columns: {}, roles: {}, words: {}, instrument: "", told: null, busy: false};

function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().map(child => child instanceof Node ? child : document.createTextNode(child ?? "")));
  return made;
}
const put = (target, ...children) => { target.replaceChildren(...children); };
const say = (name, text) => { place(name).textContent = text; };
function table(caption, heads, rows, cls = "plain", hidden = false) {
  const head = heads.map(([title, right]) => make("th", {scope: "col", class: right ? "r" : false}, title));
  const body = rows.map(cells => make("tr", {}, cells.map((cell, i) => i === 0 && cls === "plain" ? make("th", {scope: "row"}, cell) : make("td", {class: heads[i]?.[1] ? "r" : false}, cell))));
  return make("div", {class: "wide", tabindex: "0", role: "group", "aria-label": caption},
    make("table", {class: cls === "plain" ? "plain" : "plain rows"}, make("caption", {class: hidden ? "sr" : false}, caption), make("thead", {}, make("tr", {}, head)), make("tbody", {}, body)));
}
function choice(key, label, options, value, changed, inTable = false) {
  const list = make("select", {"data-key": key, "aria-label": inTable ? label : false, onchange: event => changed(event.target.value)},
    options.map(([code, word]) => make("option", {value: code, selected: code === value}, word)));
  return inTable ? list : make("label", {}, label, list);
}
const number = (key, label, value, changed) => make("label", {}, label,
  make("input", {type: "number", min: "0", max: "400", value: String(value ?? 0), "data-key": key, onchange: event => changed(Number(event.target.value))}));

// what is sent, and what comes back

async function ask(extra, word = w.reading) {
  if (state.busy) return;
  if (!state.files.length) { say("status", w.needsFiles); return; }
  const size = state.files.reduce((sum, file) => sum + file.size, 0);
  say("refused", ""); say("done", "");
  if (size > Number(page.dataset.limit)) { say("status", ""); say("refused", filled(w.tooLarge, {size: Math.ceil(size / 1e6), most: page.dataset.most})); return; }
  busy(true, word);
  const files = state.files.map(file => ({name: file.name, size: file.size}));
  try {
    const body = new Blob([JSON.stringify({files, ...extra}), "\n", ...state.files]);
    const answer = await fetch("upload/files", {method: "POST", headers: {"Content-Type": "application/octet-stream", "X-Alliance-Board": "1"}, body});
    const told = await answer.json();
    if (told.refused) say("refused", told.refused); else take(told);
  } catch (fault) { say("refused", fault.name === "NotReadableError" ? w.unreadable : w.lost); }
  busy(false, "");
}
function busy(on, text) {
  state.busy = on;
  page.setAttribute("aria-busy", String(on));
  for (const button of page.querySelectorAll("main button")) button.disabled = on;
  say("status", text);
}
const corrections = () => ({forms: state.forms, columns: state.columns, roles: state.roles, words: state.words, instrument: state.instrument});
const correct = () => ask({corrections: corrections()});
const isDrafted = told => told.kind === "drafted";
function start() {
  Object.assign(state, {forms: {}, columns: {}, roles: {}, words: {}, instrument: "", told: null});
  for (const name of ["tables", "report", "mapping"]) step(name).hidden = true;
  put(place("chosen"), ...state.files.map(file => make("li", {}, `${file.name} (${Math.max(1, Math.round(file.size / 1000))} kB)`)));
  ask({});
}
function take(told) {
  const focus = document.activeElement?.dataset?.key;
  if (told.tables) { if (isDrafted(told)) state.told = told; tables(told); }
  else if (told.kind !== "mapped") step("tables").hidden = true;
  report(told);
  mapping(told);
  if (focus) page.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
}

// 2: how each file is written, its first rows, what its columns hold

function setForm(id, key, value) {
  const form = state.forms[id] ??= {};
  if (value === "" || value === undefined) delete form[key]; else form[key] = value;
  correct();
}
const MARKS = () => [[",", w.comma], [";", w.semicolon], ["\t", w.tab], ["|", w.bar]];
function written(each) {
  const form = each.form, at = key => `${each.id}/${key}`, isText = each.settled.encoding !== undefined || /\.(csv|tsv|txt|tab)$/i.test(each.file);
  const isSpss = /\.z?sav$/i.test(each.file), isOfSystem = isSpss || /\.(json|ndjson)$/i.test(each.file), hasHeader = !isOfSystem && !/\.parquet$/i.test(each.file);
  const found = (value, words) => value === undefined ? w.asFound : filled(w.found, {value: words?.find(([code]) => code === value)?.[1] ?? value});
  const list = (key, label, options, value) => choice(at(key), label, [["", found(value, options)], ...options], form[key] ?? "", text => setForm(each.id, key, text));
  const parts = [choice(at("reader"), w.reader, [["plain", w.plain], ...w.profiles.map(name => [name, name])], each.profile || "plain", text => setForm(each.id, "reader", text))];
  if (isText || isSpss) parts.push(list("encoding", w.encoding, ["utf-8", "cp1252", "iso-8859-1", "utf-16", "cp850", "mac-roman"].map(name => [name, name]), each.settled.encoding));
  if (isText) parts.push(list("separator", w.separator, MARKS(), each.settled.separator));
  if (!isOfSystem) parts.push(list("decimal", w.decimal, [[".", w.point], [",", w.comma], ["either", w.eitherMark]], each.settled.decimal), list("date_order", w.dateOrder, ["iso", "dmy", "mdy", "excel"].map(code => [code, w[code]]), undefined));
  if (hasHeader) parts.push(number(at("skip_rows"), w.skipRows, form.skip_rows ?? each.settled.skip_rows, value => setForm(each.id, "skip_rows", value)),
    number(at("header_rows"), w.headerRows, form.header_rows ?? each.settled.header_rows ?? 1, value => setForm(each.id, "header_rows", Math.max(1, value))),
    number(at("name_row"), w.nameRow, form.name_row ?? each.settled.name_row ?? 1, value => setForm(each.id, "name_row", Math.max(1, value))));
  for (const column of new Set([...each.unread.map(String), ...Object.keys(form.names ?? {})])) {
    parts.push(make("label", {}, filled(w.nameOf, {number: column}), make("input", {maxlength: "60", value: form.names?.[column] ?? "", "data-key": at(`name/${column}`),
      onchange: event => { const names = {...form.names, [column]: event.target.value.trim()}; for (const key in names) if (!names[key]) delete names[key]; setForm(each.id, "names", Object.keys(names).length ? names : undefined); }})));
  }
  if (isText) parts.push(make("label", {class: "tick"}, make("input", {type: "checkbox", checked: form.final_newline === false, "data-key": at("final_newline"), onchange: event => setForm(each.id, "final_newline", event.target.checked ? false : undefined)}), w.wholeFile));
  return make("fieldset", {class: "written"}, make("legend", {}, w.written), parts);
}
function kindOptions(each) {
  const items = w.instruments[state.instrument || state.told.instrument]?.items ?? 0;
  const used = each.columns.map(column => Number(column.kind.split(":")[1] ?? 0));
  const most = Math.min(99, Math.max(4, items, ...used));
  return [["", w.unused], ...Object.entries(w.kinds), ...Array.from({length: most}, (_, i) => [`item:${i + 1}`, filled(w.answer, {number: i + 1})])];
}
function columnTable(each) {
  const options = kindOptions(each);
  const rows = each.columns.map(column => [column.name, column.examples.join(" · "),
    choice(`${each.id}/holds/${column.name}`, filled(w.holdsOf, {column: column.name}), options, column.kind, kind => { (state.columns[each.id] ??= {})[column.name] = kind; correct(); }, true), column.reason]);
  return table(w.columns, [[w.column], [w.examples], [w.holds], [w.why]], rows);
}
function described(each) {                             // nothing to correct here: the mapping, or a form the board knows, says it
  return table(w.columns, [[w.column], [w.examples], [w.goesTo]], each.columns.map(column => [column.name, column.examples.join(" · "), column.goes_to.join(", ") || w.unused]));
}
function seen(each, drafted) {
  const title = each.sheet ? `${each.file} [${each.sheet}]` : each.file;
  const parts = [make("h3", {}, counted(w.rows, each.row_count, {file: title}))];
  if (each.refused) parts.push(make("p", {class: "state"}, each.refused));
  const notes = [...each.reasons, ...each.notes];
  if (notes.length) parts.push(make("ul", {class: "notes"}, notes.map(note => make("li", {}, note))));
  if (each.columns.length) parts.push(table(w.firstRows, each.columns.map(column => [column.name]), each.rows.map(row => row.map(cell => cell ?? "")), "rows"), drafted ? columnTable(each) : described(each));
  if (drafted) parts.push(written(each));
  return make("div", {class: "seen"}, parts);
}
function asked(told) {
  const parts = [], words = Object.entries(told.roles ?? {});
  if (told.instrument !== undefined) parts.push(choice("instrument", w.instrument, [["", w.noRole], ...Object.entries(w.instruments).map(([code, each]) => [code, `${each.name} (${code})`])], told.instrument, code => { state.instrument = code; correct(); }));
  for (const [word, role] of words) parts.push(choice(`role/${word}`, filled(w.roleOf, {word}), [["", w.noRole], ...Object.entries(w.roleWords)], role, code => { state.roles[word] = code; correct(); }));
  return [...parts.splice(0, parts.length - words.length).map(part => make("div", {class: "written"}, part)),
    ...(parts.length ? [make("fieldset", {class: "written"}, make("legend", {}, w.roles), parts)] : []), ...Object.entries(told.words ?? {}).map(meant)];
}
function meant([kind, words]) {                        // the words of a column of ages and the like, and what each means
  const options = [["", w.noRole], ...Object.entries(w.meanings[kind])];
  const parts = Object.entries(words).map(([word, meaning]) => choice(`words/${kind}/${word}`, filled(w.meaningOf, {word}), options, meaning, code => { (state.words[kind] ??= {})[word] = code; correct(); }));
  return parts.length ? make("fieldset", {class: "written"}, make("legend", {}, w.wordsOf[kind]), parts) : "";
}
function tables(told) {
  const lines = (told.missing ?? []).map(each => make("li", {}, filled(w.missingWords[each.code], each)));
  const missing = lines.length ? [make("h3", {}, w.missing), make("ul", {class: "notes asked"}, lines)] : [];
  say("understood", isDrafted(told) ? w.nothingGuessed : by(told));
  put(place("tables"), ...missing, ...told.tables.map(each => seen(each, isDrafted(told))), ...(isDrafted(told) ? asked(told) : []));
  step("tables").hidden = false;
}

// 3: what comes of it

function report(told) {
  const box = place("report"), found = told.report;
  const refusal = told.refusal ?? (told.can_be_tried === false && told.missing ? w.sayFirst : "");
  step("report").hidden = !found && !refusal;
  if (!found) { put(box, make("p", {class: "state"}, refusal)); return; }
  const sum = name => found.files.reduce((total, file) => total + file[name], 0);
  const parts = [make("p", {class: "total"}, counted(w.sum, sum("row_count"), {accepted: sum("accepted_count"), aside: sum("set_aside_count")})),
    table(w.files, [[w.file], [w.rowCount, true], [w.accepted, true], [w.aside, true]], found.files.map(file => [file.file, ...["row_count", "accepted_count", "set_aside_count"].map(name => String(file[name]))])),
    make("p", {class: "small muted"}, filled(w.tables, {tables: Object.entries(found.tables).filter(([, count]) => count).map(([name, count]) => `${name} ${count}`).join(", ") || "–"}))];
  if (!found.set_aside.length) parts.push(make("p", {}, w.sound));
  else {
    const causes = found.set_aside.filter(row => row.rule !== "reference_set_aside"), follow = found.following_count;
    const shown = causes.slice(0, 200), caption = causes.length > shown.length ? filled(w.firstShown, {shown: shown.length, count: causes.length}) : w.asideRows;
    parts.push(table(caption, [[w.file], [w.row, true], [w.column], [w.rule], [w.mend]], shown.map(row => [row.file, row.row_no === null ? "" : String(row.row_no), row.column_name ?? "", row.rule, row.mend])));
    if (follow) parts.push(make("p", {class: "small muted"}, counted(w.follow, follow)));
  }
  if (told.changes?.some(row => row.before_count !== null)) parts.push(table(w.changes, [[w.table], [w.added, true], [w.changed, true], [w.gone, true]],
    told.changes.filter(row => row.added_count || row.changed_count || row.vanished_count).map(row => [row.table_name, ...["added_count", "changed_count", "vanished_count"].map(name => String(row[name] ?? ""))])));
  if (found.notices.length) parts.push(make("details", {class: "how"}, make("summary", {}, w.notices), noticeTable(found.notices)));
  if (found.as_file) parts.push(make("p", {class: "downloads small"}, w.takeReport, ...[["text", "txt"], ["json", "json"], ["csv", "csv"]].map(([name, ending]) =>
    make("button", {class: "linkish", type: "button", onclick: () => save(`import-report.${ending}`, found.as_file[name])}, ending.toUpperCase()))));
  put(box, ...parts);
}
function noticeTable(notices) {
  const groups = new Map();
  for (const note of notices) { const key = [note.file, note.column_name ?? "", note.rule, note.message].join("\n"); groups.set(key, [note, (groups.get(key)?.[1] ?? 0) + 1]); }
  return table(w.notices, [[w.file], [w.column], [w.rule], [w.note], [w.count, true]], [...groups.values()].map(([note, count]) => [note.file, note.column_name ?? "", note.rule, note.message, String(count)]), "plain", true);
}
function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], {type: "text/plain;charset=utf-8"}));
  const link = make("a", {href: address, download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

// 4: the mapping, and publishing

const by = told => ({known: w.byKnown, kept: w.byKept, mapped: w.byMapped, drafted: w.byDrafted})[told.kind] ?? "";
function mapping(told) {
  step("mapping").hidden = false;
  say("by", by(told));
  for (const part of page.querySelectorAll("[data-only]")) part.hidden = (part.dataset.only === "known") !== (told.kind === "known");
  place("mapping").hidden = !told.mapping;
  page.querySelector("[data-mapping]").value = told.mapping ?? "";
  const publish = page.querySelector("[data-action=publish]");
  if (publish) publish.hidden = !told.report;
  if (told.published) say("done", filled(w.published, {generation: told.published}));
}
const text = () => page.querySelector("[data-mapping]").value;
const ACTIONS = {
  try: () => ask({mapping: text()}), afresh: () => ask({is_afresh: true, ...(state.told ? {corrections: corrections()} : {})}), save: () => save("mapping.toml", text()),
  publish: () => ask({...(text().trim() ? {mapping: text()} : {}), is_publish: true}, w.publishing),
  theme: () => { root.dataset.theme = dark() ? "light" : "dark"; dress(); },
  meeting: () => { if (root.dataset.mode === "meeting") delete root.dataset.mode; else root.dataset.mode = "meeting"; dress(); },
};
const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
function dress() {
  page.querySelector("[data-action=theme]").setAttribute("aria-pressed", String(dark()));
  page.querySelector("[data-action=meeting]").setAttribute("aria-pressed", String(root.dataset.mode === "meeting"));
}
page.addEventListener("click", event => { ACTIONS[event.target.closest("[data-action]")?.dataset.action]?.(); });
const input = page.querySelector("[data-files]"), drop = page.querySelector("[data-drop]");
input.addEventListener("change", () => { if (input.files.length) { state.files = [...input.files]; start(); } });
page.querySelector("[data-form]").addEventListener("submit", event => event.preventDefault());
for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, event => { event.preventDefault(); drop.classList.add("over"); });
for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
drop.addEventListener("drop", event => { event.preventDefault(); state.files = [...event.dataTransfer.files]; if (state.files.length) start(); });
dress();
page.dataset.state = "ready";
