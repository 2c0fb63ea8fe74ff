// The slice: data block + view -> rows of every layer, in tokens. Pure: no page, no network.
// dashboard/views/slice.py says the same in Python; a test holds the two equal.
const NONE = -(2 ** 31), ANY = 255, UNBOUND = 65535, RIGHT = 65534;

export function bytesOf(text) {                          // one sign after another: several times as fast as Uint8Array.from
  const raw = atob(text), bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

export function unpack(source) {                         // a block as text, or one whose columns are numbers already
  const block = typeof source === "string" ? JSON.parse(source) : source;
  for (const columns of Object.values(block.tables)) {
    for (const [name, column] of Object.entries(columns)) {
      if (Array.isArray(column)) columns[name] = new globalThis[column[0] + "Array"](bytesOf(column[1]).buffer);
    }
  }
  block.ranges = {};
  for (const [name, columns] of Object.entries(block.tables)) {
    const at = block.ranges[name] = new Map();
    for (let i = 0; i < columns.case.length; i++) {
      const key = columns.fam ? columns.case[i] * 256 + columns.fam[i] : columns.case[i];
      const range = at.get(key);
      if (range) range[1] = i + 1; else at.set(key, [i, i + 1]);
    }
  }
  return block;
}

export function* rowsOf(block, table, number, family) {
  const key = family === undefined ? number : number * 256 + family;
  const [from, to] = block.ranges[table].get(key) ?? [0, 0];
  for (let i = from; i < to; i++) yield i;
}

const LAYERS = {
  hatch: ["left", "right", "top", "bottom"],
  washes: ["xs", "ys"],
  cells: ["x", "y", "width", "height", "step", "fill", "edge"],
  boxes: ["left", "right", "top", "bottom", "fill", "edge", "dash"],
  round: ["left", "right", "top", "bottom", "fill", "edge"],
  points: ["x", "y", "size", "fill", "edge"],
  strokes: ["x0", "y0", "x1", "y1", "color", "thick"],
  texts: ["x", "y", "text", "color", "size", "style", "align", "angle", "back"],
  frames: ["left", "right", "top", "bottom", "edge", "thick"],
  hit: ["left", "right", "top", "bottom", "row", "col", "who", "when", "said", "parts", "note"],
};
const emptyLayers = () => Object.fromEntries(Object.entries(LAYERS).map(
  ([name, columns]) => [name, Object.fromEntries(columns.map(column => [column, []]))]));
const put = (layer, ...values) => Object.values(layer).forEach((column, i) => column.push(values[i]));
const write = (L, x, y, text, color, size, style = "normal", align = "left", angle = 0, back = "none") =>
  put(L.texts, x, y, text, color, size, style, align, angle, back);

function draw(L, number, look, x, y, width, height, text, size) {
  const cx = x + width / 2, cy = y + height / 2;
  if (look.layer === "cells") put(L.cells, cx, cy, width, height, number, look.fill, look.edge);
  else if (look.layer === "boxes") put(L.boxes, x, x + width, y, y + height, look.fill, look.edge, look.dash ?? "solid");
  else if (look.layer === "round") put(L.round, x, x + width, y, y + height, look.fill, look.edge);
  if (look.cap) put(L.boxes, x, x + width, y, y + 5, look.cap, look.cap, "solid");
  if (look.ring) put(L.points, cx, cy, look.ring, look.full ? "ink-2" : "none", "ink-2");
  for (const [x0, y0, x1, y1] of look.strokes ?? []) {
    put(L.strokes, cx + x0, cy + y0, cx + x1, cy + y1, look.thin ? "score-edge" : "ink-2", look.thin ? 10 : 20);
  }
  if (look.sign) write(L, cx, cy, look.sign, "ink-2", 19, "normal", "center");
  if (look.text && text) write(L, cx, cy + (look.drop ?? 0), text, look.text, size, "bold", "center");
}

const within = (day, view) => day === NONE ? view.from === NONE && view.to === NONE
  : (view.from === NONE || day >= view.from) && (view.to === NONE || day <= view.to);
const overlaps = (from, to, view) =>
  (view.to === NONE || from === NONE || from <= view.to) && (view.from === NONE || to === NONE || to >= view.from);
const concerns = (view, member) => !(view.members.length && member) || view.members.includes(member);
const some = (rows, test) => { for (const i of rows) if (test(i)) return true; return false; };

export function chosen(block, view) {
  const {therapists: T, threats: E, people: P} = block.tables;
  const kinds = view.threats.map(code => block.threats.indexOf(code));
  const out = [];
  block.cases.forEach((item, number) => {
    if (view.families.length && !view.families.includes(item.family)) return;
    if (view.cases.length && !view.cases.includes(item.code)) return;
    for (const [codes, column] of [[view.therapists, T.therapist], [view.groups, T.group]]) {
      if (codes.length && !some(rowsOf(block, "therapists", number), i =>
        codes.includes(block.texts[column[i]]) && overlaps(T.from[i], T.to[i], view))) return;
    }
    if (kinds.length && !some(rowsOf(block, "threats", number), i =>
      kinds.includes(E.threat[i]) && overlaps(E.start[i], E.stop[i], view))) return;
    if (view.members.length && !some(rowsOf(block, "people", number), i => view.members.includes(block.texts[P.member[i]]))) return;
    out.push(number);
  });
  return out;
}

function visibleSessions(block, number, view) {
  const S = block.tables.sessions, shown = [];
  for (const i of rowsOf(block, "sessions", number)) if (within(S.day[i], view)) shown.push(i);
  const hidden = Math.max(0, shown.length - block.geometry.columnsShown);
  return {shown: shown.slice(hidden), hidden};
}

export function casePicture(block, view) {
  const g = block.geometry, L = emptyLayers(), T = block.tables, S = T.sessions;
  const number = block.cases.findIndex(item => item.code === view.case);
  const picture = {layers: L, width: g.label, height: 60, rows: [], columns: [], grid: [], hidden: 0, number};
  if (number < 0) return picture;
  const {shown, hidden} = visibleSessions(block, number, view), at = new Map(), first = shown[0];
  picture.hidden = hidden;
  shown.forEach((i, n) => at.set(S.col[i], {
    x: g.label + g.column * (view.axis === "date" ? (S.place[i] - S.place[first]) / 100 : n), i, n}));
  const end = Math.max(g.label, ...[...at.values()].map(place => place.x + g.cell));
  picture.width = end + 14;
  headings(block, L, at, picture);
  const [layout] = rowsOf(block, "layouts", number, view.family);
  if (layout === undefined) return picture;
  const bottom = T.layouts.bottom[layout];
  picture.height = T.layouts.height[layout];
  labels(block, view, L, number, picture);
  for (const {x, i} of at.values()) if (!S.held[i]) {
    put(L.hatch, x, x + g.cell, 0, bottom);
    if (bottom >= 120) write(L, x + g.cell / 2, bottom / 2, block.words.notHeldSign, "ink-2", 13, "normal", "center", 1, "paper");
  }
  grid(block, view, L, number, at, picture);
  shapes(block, view, L, number, at, end, picture.rows);
  outlines(block, view, L, number, at);
  const cell = view.cell && at.get(view.cell[1]), row = view.cell && picture.rows[view.cell[0]];
  if (cell && row) put(L.frames, cell.x - 4, cell.x + g.cell + 4, row.y - 4, row.y + g.cellHeight + 4, "ink", 20);
  return picture;
}

function headings(block, L, at, picture) {
  const S = block.tables.sessions, half = block.geometry.cell / 2;
  write(L, 0, -11, block.words.session, "ink-3", 13);
  for (const [col, {x, i}] of at) {
    const date = block.texts[S.date[i]];
    write(L, x + half, date ? -27 : -11, String(S.no[i]), "ink", 14, "bold", "center");
    if (date) write(L, x + half, -11, date, "ink-3", 13, "normal", "center");
    picture.columns.push({col, no: S.no[i], date, words: block.texts[S.words[i]], note: block.texts[S.note[i]], held: !!S.held[i]});
  }
}

function labels(block, view, L, number, picture) {
  const R = block.tables.rows;
  for (const i of rowsOf(block, "rows", number, view.family)) {
    const row = {y: R.y[i], kind: R.kind[i], label: block.texts[R.label[i]], sub: block.texts[R.sub[i]],
      instrument: R.instrument[i], member: block.texts[R.member[i]]};
    picture.rows.push(row);
    picture.grid.push(picture.columns.map(() => ""));
    if (view.bare) continue;
    write(L, 0, row.y + 11, row.label, "ink", 16, "bold");
    write(L, 0, row.y + 28, row.sub, "ink-3", 13);
  }
}

function grid(block, view, L, number, at, picture) {
  const g = block.geometry, C = block.tables.cells, S = block.tables.sessions, parts = new Map();
  for (const i of rowsOf(block, "cells", number, view.family)) {
    if (C.value[i] === NONE || C.scale[i] === ANY) continue;
    const key = C.row[i] * 65536 + C.col[i], part = `${block.scaleWords[C.scale[i]]} ${block.texts[C.text[i]]}`;
    parts.set(key, parts.has(key) ? `${parts.get(key)} · ${part}` : part);
  }
  for (const i of rowsOf(block, "cells", number, view.family)) {
    if (C.scale[i] !== view.scale && C.scale[i] !== ANY) continue;
    const place = at.get(C.col[i]), row = picture.rows[C.row[i]];
    if (!place || !concerns(view, row.member)) continue;
    const said = block.texts[C.text[i]];
    picture.grid[C.row[i]][place.n] = said;
    draw(L, C.look[i], block.looks[C.look[i]], place.x, row.y, g.cell, g.cellHeight, said, 16);
    put(L.hit, place.x, place.x + g.cell, row.y, row.y + g.cellHeight, C.row[i], C.col[i], row.label,
      block.texts[S.words[place.i]], said, parts.get(C.row[i] * 65536 + C.col[i]) ?? "", block.texts[S.note[place.i]]);
  }
}

function shapes(block, view, L, number, at, end, rows) {
  const T = block.tables, cell = block.geometry.cell, key = [number, view.family];
  const x = (col, d) => col === UNBOUND ? d : col === RIGHT ? end + d : at.get(col).x + d;
  const span = (c0, d0, c1, d1) => {                    // an end out of view is drawn at the nearest edge
    if (c0 >= RIGHT) return [x(c0, d0), x(c1, d1)];
    const seen = [...at.keys()].filter(col => col >= c0 && col <= c1);
    if (!seen.length) return null;
    return [at.has(c0) ? x(c0, d0) : x(seen[0], 0), at.has(c1) ? x(c1, d1) : x(seen[seen.length - 1], cell)];
  };
  for (const i of rowsOf(block, "washes", ...key)) {
    const W = T.washes, ends = span(W.c0[i], W.d0[i], W.c1[i], W.d1[i]);
    if (!ends) continue;
    const [a, b] = ends, tip = at.has(W.c1[i]) ? W.tip[i] : 0, t = W.top[i], u = W.low[i];
    put(L.washes, [a, b - tip, b, b - tip, a], [t, t, (t + u) / 2, u, u]);
  }
  for (const i of rowsOf(block, "lines", ...key)) {
    const N = T.lines;
    if (N.scale[i] !== view.scale && N.scale[i] !== ANY || N.row[i] !== ANY && !concerns(view, rows[N.row[i]].member)) continue;
    const ends = span(N.c0[i], N.d0[i], N.c1[i], N.d1[i]);
    if (ends) put(L.strokes, ends[0], N.y0[i], ends[1], N.y1[i], block.colours[N.colour[i]], N.width[i]);
  }
  for (const i of rowsOf(block, "points", ...key)) {
    const P = T.points;
    if (at.has(P.col[i])) put(L.points, x(P.col[i], P.dx[i]), P.y[i], P.size[i], "none", block.colours[P.colour[i]]);
  }
  for (const i of rowsOf(block, "words", ...key)) {
    const W = T.words, style = block.styles[W.style[i]];
    if (W.col[i] !== UNBOUND && !at.has(W.col[i]) || W.scale[i] !== view.scale && W.scale[i] !== ANY) continue;
    write(L, x(W.col[i], W.dx[i]), W.y[i], block.texts[W.text[i]], style.color, style.size, style.style, style.align);
  }
}

function outlines(block, view, L, number, at) {
  const O = block.tables.outlines, S = block.tables.sessions, cell = block.geometry.cell;
  for (const i of rowsOf(block, "outlines", number, view.family)) {
    if (!view.threats.includes(block.threats[O.threat[i]])) continue;
    for (const [col, place] of at) if (col >= O.from[i] && col <= O.to[i] && S.held[place.i]) {
      put(L.frames, place.x - 3, place.x + cell + 3, O.top[i] - 3, O.low[i] + 3, "coded", 20);
    }
  }
}

export function overviewPicture(block, view) {
  const g = block.geometry, L = emptyLayers(), W = block.tables.weeks, list = chosen(block, view);
  const part = block.part, pages = part?.pages ?? Math.max(1, Math.ceil(list.length / g.familiesShown));
  const page = part?.page ?? Math.min(view.page, pages - 1), from = part ? part.first - 1 : page * g.familiesShown, all = part?.all ?? list.length;
  const shown = part ? list.slice(0, g.familiesShown) : list.slice(from, from + g.familiesShown);
  const firstDay = block.firstDay, clamp = week => Math.min(Math.max(week, 0), Math.max(0, block.weekCount - 1));
  const least = view.from === NONE ? 0 : clamp(Math.floor((view.from - firstDay) / 7));
  const most = view.to === NONE ? clamp(block.weekCount) : clamp(Math.floor((view.to - firstDay) / 7));
  const weekPages = Math.max(1, Math.ceil((most - least + 1) / g.weeksShown)), weekPage = Math.min(view.weekPage, weekPages - 1);
  const last = most - weekPage * g.weeksShown, start = Math.max(least, last - g.weeksShown + 1);
  const x = week => g.label + (week - start) * g.week, end = x(last + 1);
  const rows = [], columns = [], table = [];
  for (let week = start; week <= last; week++) columns.push(week);
  for (const [week, name] of block.months) if (week >= start && week <= last) write(L, x(week), -14, name, "ink-2", 13);
  shown.forEach((number, n) => {
    const item = block.cases[number], y = n * g.weekRow, top = y + g.weekTop, said = columns.map(() => "");
    rows.push({y, code: item.code, family: item.family, who: item.who});
    if (!view.bare) {
      write(L, 0, top + g.weekCellHeight / 2, item.family, "ink", 16, "bold");
      write(L, 76, top + g.weekCellHeight / 2, item.who, "ink-3", 13);
    }
    put(L.strokes, 0, y + g.weekRow - 1, end, y + g.weekRow - 1, "rule", 10);
    for (const i of rowsOf(block, "weeks", number, view.family)) {
      const week = W.week[i];
      if (week < start || week > last) continue;
      if (W.look[i] === 15) for (const d of [4, 15]) put(L.strokes, x(week) + d, top + g.weekCellHeight, x(week) + d + 16, top, "ink-3", 10);
      draw(L, W.look[i], block.looks[W.look[i]], x(week), top, g.weekCell, g.weekCellHeight, block.texts[W.text[i]], 14);
      said[week - start] = block.texts[W.said[i]];
      put(L.hit, x(week), x(week) + g.weekCell, top, top + g.weekCellHeight, n, week, item.family,
        block.weekDays[week], block.texts[W.said[i]], "", "");
    }
    table.push(said);
  });
  return {layers: L, width: end + 10, height: Math.max(60, shown.length * g.weekRow), rows, columns, grid: table,
    list, page, pages, from, all, weekPage, weekPages, start, last};
}

export function summary(block, view, list) {
  const S = block.tables.sessions, E = block.tables.threats, families = new Set(), kinds = view.threats.map(code => block.threats.indexOf(code));
  const out = {forms: 0, families: 0, cases: list.length, lowest: "", highest: "", sessions: 0, threatSessions: 0}, ends = {lowest: NONE, highest: NONE};
  const counts = (forms, lowest, lowestText, highest, highestText) => {
    out.forms += forms;
    if (lowest === NONE) return;                          // of somebody else than a member
    if (ends.lowest === NONE || lowest < ends.lowest) { ends.lowest = lowest; out.lowest = block.texts[lowestText]; }
    if (ends.highest === NONE || highest > ends.highest) { ends.highest = highest; out.highest = block.texts[highestText]; }
  };
  for (const number of list) {
    families.add(block.cases[number].family);
    const inside = new Set();
    for (const i of rowsOf(block, "sessions", number)) if (within(S.day[i], view)) {
      inside.add(S.col[i]);
      if (!S.held[i]) continue;
      out.sessions++;
      if (kinds.length && some(rowsOf(block, "threats", number), e =>
        kinds.includes(E.threat[e]) && S.col[i] >= E.from[e] && S.col[i] <= E.to[e])) out.threatSessions++;
    }
    (block.isGlimpse ? countScores : countCells)(block, view, number, inside, counts);
  }
  out.families = families.size;
  return out;
}

function countCells(block, view, number, inside, counts) {
  const C = block.tables.cells, R = block.tables.rows, ofCase = [...rowsOf(block, "rows", number, view.family)];
  for (const i of rowsOf(block, "cells", number, view.family)) {
    if (C.scale[i] !== view.scale || C.value[i] === NONE || !inside.has(C.col[i])) continue;
    const row = ofCase[C.row[i]], value = R.own[row] ? C.value[i] : NONE;
    if (concerns(view, block.texts[R.member[row]])) counts(1, value, C.text[i], value, C.text[i]);
  }
}

function countScores(block, view, number, inside, counts) {   // a glimpse knows no members: whoever asks for some waits for the rest
  const K = block.tables.scores;
  for (const i of rowsOf(block, "scores", number, view.family)) {
    if (K.scale[i] === view.scale && inside.has(K.col[i])) counts(K.forms[i], K.lowest[i], K.lowestText[i], K.highest[i], K.highestText[i]);
  }
}

export function countLine(block, view, list) {
  const s = summary(block, view, list), w = block.words, fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
  if (!list.length) return w.nothing;
  const parts = [s.forms === 1 ? w.formsOne : w.forms, s.families === 1 ? w.familiesOne : w.families, s.lowest === "" ? "" : w.range];
  const line = s.forms ? fill(parts.filter(Boolean).join(" · "), s) : w.noForms;
  const said = view.threats.length ? `${line} · ${fill(s.cases === 1 ? w.threatCountOne : w.threatCount, {cases: s.cases, with: s.threatSessions, all: s.sessions})}` : line;
  return partLine(block, view, said);
}
const partLine = (block, view, line) => block.part && !view.case                    // what is counted is what is held
  ? block.words[block.part.agenda ? "onTheAgenda" : "onThisPage"].replace(/\{(\w+)\}/g, (_, key) => ({page: block.part.page + 1, pages: block.part.pages, cases: block.cases.length, line})[key]) : line;

const COLOURS = new Set(["fill", "edge", "color", "back"]), SIZES = new Set(["thick"]);
export function paint(layers, ink, zoom = 1) {           // tokens -> colours, sizes -> pixels of this screen
  const out = {};
  for (const [name, columns] of Object.entries(layers)) {
    out[name] = {};
    for (const [key, values] of Object.entries(columns)) {
      if (COLOURS.has(key)) out[name][key] = values.map(token => ink[token] ?? "transparent");
      else if (SIZES.has(key)) out[name][key] = values.map(width => width * zoom / 10);
      else if (key === "angle") out[name][key] = values.map(turn => turn * Math.PI / 2);
      else if (key === "size") out[name][key] = name === "texts" ? values.map(size => `${Number(Math.max(size * zoom, zoom > 1 ? 22 : 0).toPrecision(6))}px`) : values.map(size => size * zoom);
      else out[name][key] = values;
    }
  }
  return out;
}
