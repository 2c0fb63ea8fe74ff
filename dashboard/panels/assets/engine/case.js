// The case page around its picture: the head, members against their own line, and the dossier. It decides nothing.
const LEAD = 0, TRIED = 1, THREAT = 2, LINK = 3, CARD = 4, PURPOSE = 5;
const OWN_WIDTH = 190, OWN_HEIGHT = 76, OWN_BASE = 88, RUN = 0, LEVEL_CLASS = ["", "mean", "limit", "open", "repaired"];

export function ownLines(block, view, picture) {         // views/own_lines.py says the same in Python
  const T = block.tables, key = [picture.number, view.family], at = new Map(picture.columns.map((column, n) => [column.col, n]));
  const step = OWN_WIDTH / Math.max(1, at.size - 1), axes = new Map(), drawn = [];
  for (const i of rowsOf(block, "axes", ...key)) if (T.axes.scale[i] === view.scale) axes.set(T.axes.instrument[i], i);
  picture.rows.forEach((row, r) => {
    const axis = axes.get(row.instrument), said = [];
    for (const i of rowsOf(block, "said", ...key)) if (T.said.row[i] === r && T.said.scale[i] === view.scale) said.push(i);
    if (axis === undefined || !said.length || !concerns(view, row.member)) return;
    const floor = T.axes.floor[axis], top = T.axes.top[axis], y = value => OWN_HEIGHT * (top - value) / (top - floor);
    const C = T.cells, O = T.own, points = [], missing = [], runs = [], levels = [], heights = new Map();
    for (const i of rowsOf(block, "cells", ...key)) {
      if (C.row[i] !== r || C.scale[i] !== view.scale && C.scale[i] !== ANY || !at.has(C.col[i])) continue;
      const x = at.get(C.col[i]) * step, glyph = block.glyphs[C.look[i]];
      if (C.value[i] !== NONE) { heights.set(C.col[i], y(C.value[i])); points.push([x, y(C.value[i]), C.look[i] === 7]); }
      else if (glyph) missing.push([x, glyph]);
    }
    for (const i of rowsOf(block, "own", ...key)) {
      if (O.row[i] !== r || O.scale[i] !== view.scale) continue;
      const inside = [...at.keys()].filter(col => col >= O.c0[i] && col <= O.c1[i]);
      if (O.kind[i] === RUN) runs.push(inside.filter(col => heights.has(col)).map(col => [at.get(col) * step, heights.get(col)]));
      else if (inside.length) levels.push([O.kind[i], at.get(inside[0]) * step, at.get(inside.at(-1)) * step, O.value[i] === NONE ? NONE : y(O.value[i])]);
    }
    drawn.push({row: r, label: row.label, sub: row.sub, text: block.texts[T.said.text[said[0]]], points, runs: runs.filter(run => run.length > 1), levels, missing,
      low: block.texts[T.axes.floor_text[axis]], high: block.texts[T.axes.top_text[axis]]});
  });
  return drawn;
}

const at1 = number => Math.round(number * 10) / 10;
function ownSvg(line, columns) {
  const rupture = ([kind, x0, x1]) => kind === 3 ? `M${at1(x0) - 4} 76l4 5H${at1(x1) + 3}m-4 -4l4 4l-4 4` : `M${at1(x0) - 4} 76l4 5H${at1(x1)}l4 -5`;
  const levels = line.levels.map(level => level[3] === NONE ? `<path class="rupture" d="${rupture(level)}"/>`
    : `<path class="${LEVEL_CLASS[level[0]]}" d="M${at1(level[1])} ${at1(level[3])}H${at1(level[2])}"/>`).join("");
  const runs = line.runs.map(run => `<polyline points="${run.map(([x, y]) => `${at1(x)},${at1(y)}`).join(" ")}"/>`).join("");
  const points = line.points.map(([x, y, full]) => `<circle${full ? ' class="full"' : ""} cx="${at1(x)}" cy="${at1(y)}" r="3.4"/>`).join("");
  const missing = line.missing.map(([x, glyph]) => `<svg class="miss" x="${at1(x) - 5}" y="${OWN_BASE - 2}" width="10" height="10" viewBox="0 0 16 16"><use href="#${esc(glyph)}"/></svg>`).join("");
  return `<svg class="own" viewBox="-26 -8 228 122" aria-hidden="true"><path class="axis" d="M0 0H${OWN_WIDTH}M0 ${OWN_HEIGHT}H${OWN_WIDTH}"/>` +
    `<text x="-6" y="4" text-anchor="end">${esc(line.high)}</text><text x="-6" y="80" text-anchor="end">${esc(line.low)}</text>` +
    `<text x="0" y="110" text-anchor="middle">${esc(columns[0]?.no ?? "")}</text><text x="${OWN_WIDTH}" y="110" text-anchor="middle">${esc(columns.at(-1)?.no ?? "")}</text>` +
    `${levels}${runs}${points}${missing}</svg>`;
}

export function ownLinesHtml(block, view, picture) {
  return ownLines(block, view, picture).map(line => `<div class="line"><h3>${esc(line.label)} <small>${esc(line.sub)}</small></h3>${ownSvg(line, picture.columns)}<p>${esc(line.text)}</p>` +
    `<div class="sr"><table><caption>${esc(line.label)}</caption><thead><tr>${picture.columns.map(c => `<th scope="col">${esc(c.words)}</th>`).join("")}</tr></thead>` +
    `<tbody><tr>${picture.grid[line.row].map(said => `<td>${esc(said)}</td>`).join("")}</tr></tbody></table></div></div>`).join("");
}

export function dossierOf(block, number) {               // parts -> items -> fields, as they came
  const D = block.tables.dossier, parts = [[], [], [], [], [], []];
  for (const i of rowsOf(block, "dossier", number)) ((parts[D.part[i]] ??= [])[D.item[i]] ??= [])[D.field[i]] = block.texts[D.text[i]];
  return parts;
}

const grouped = items => items.reduce((groups, item) => { const last = groups.at(-1); if (last?.[0][0] === item[0]) last.push(item); else groups.push([item]); return groups; }, []);

export function dossierHtml(block, number) {
  const w = block.words, parts = dossierOf(block, number);
  const heads = [w.session, w.strategyHead, w.meantHead, w.member, w.afterHead, w.helpfulHead];
  const tried = parts[TRIED].map(([letter, ...cells]) => `<tr><th scope="row"><span class="letter">${esc(letter)}</span></th>${cells.map(text => `<td>${esc(text)}</td>`).join("")}</tr>`).join("");
  const threats = grouped(parts[THREAT]).map(items => `<h3>${esc(items[0][0])}</h3><ol class="steps">${items.map(([, strategy, question]) => `<li><b>${esc(strategy)}</b><q>${esc(question)}</q></li>`).join("")}</ol>`).join("");
  const links = grouped(parts[LINK]).map(items => `<h3>${esc(items[0][0])}</h3><ol class="steps">${items.map(([, step, meaning, question]) => `<li><b>${esc(step)}</b><p>${esc(meaning)}</p><q>${esc(question)}</q></li>`).join("")}</ol>`).join("");
  const cards = parts[CARD].map(([name, known, unknown, ...questions]) => `<div class="card"><h3>${esc(name)}</h3><p class="held">${esc(w.heldBy)} <span class="blank" aria-hidden="true"></span></p>` +
    `<p>${esc(known)}</p><p class="unknown">${esc(unknown)}</p><ul>${questions.map(text => `<li>${esc(text)}</li>`).join("")}</ul></div>`).join("");
  const [sessions, ...purpose] = parts[PURPOSE], head = sessions?.slice(1).map(text => `<th scope="col">${esc(text)}</th>`).join("");
  const along = purpose.map(([title, ...cells]) => `<tr><th scope="row">${esc(title)}</th>${cells.map(text => `<td>${esc(text)}</td>`).join("")}</tr>`).join("");
  return {
    purpose: along && `<div class="wide" tabindex="0" role="group" aria-label="${esc(w.purposeTitle)}"><table class="plain"><thead><tr><th scope="col">${esc(w.session)}</th>${head}</tr></thead><tbody>${along}</tbody></table></div>`,
    lead: parts[LEAD].map(([text]) => esc(text)).join(" "),
    tried: tried && `<div class="wide" tabindex="0" role="group" aria-label="${esc(w.triedTitle)}"><table class="plain"><thead><tr><td></td>${heads.map(text => `<th scope="col">${esc(text)}</th>`).join("")}</tr></thead><tbody>${tried}</tbody></table></div>` + howHtml(block, ["strategy_followups"]),
    threats, links: links && links + howHtml(block, ["member_links"]), cards,
  };
}

export function sayCase(page, engine) {
  const {block, view, picture} = engine, said = dossierHtml(block, picture.number), own = ownLinesHtml(block, view, picture);
  const parts = {lead: said.lead, own, ownHow: own && howHtml(block, ["own_limits", "ceilings", "rating_trends"]), triedTable: said.tried, threatPrompts: said.threats, linkPrompts: said.links, purpose: said.purpose, cards: said.cards};
  for (const [name, html] of Object.entries(parts)) outlet(page, name, html);
  for (const section of page.querySelectorAll("[data-needs]")) section.hidden = !parts[section.dataset.needs];
  sayNeighbours(page, engine);
  if (page.dataset.decisions) (engine.decisions ??= new Decisions(page, engine)).say();
}

function sayNeighbours(page, engine) {                   // buttons for the case before and after, in the order of the list
  for (const button of page.querySelectorAll("[data-step]")) {
    const code = neighbour(engine, Number(button.dataset.step));
    button.disabled = !code;
    button.dataset.case = code;
  }
}

export function neighbour(engine, by) {
  const {block, view, picture} = engine, passing = chosen(block, {...view, cases: []}), {part} = block;
  const list = part?.agenda ? block.agenda.entries.map(entry => entry.case).filter(number => passing.includes(number)) : passing, at = list.indexOf(picture.number);
  return at < 0 ? "" : block.cases[list[at + by]]?.code ?? part?.[by < 0 ? "before" : "after"] ?? "";   // and on to the next page
}

export function stepsCase(event) {                       // arrow keys choose a case only where no field, table or picture uses them
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !["ArrowLeft", "ArrowRight"].includes(event.key)) return 0;
  const inner = event.composedPath()[0], taken = "input, select, textarea, [contenteditable], [role=application], [role=group], [role=radiogroup], table, pre, summary, nav";
  return inner.closest?.(taken) || event.target.closest?.(taken) ? 0 : event.key === "ArrowRight" ? 1 : -1;
}
