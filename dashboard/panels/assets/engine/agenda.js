// The agenda: rows made elsewhere, chosen by the filters, written as they stand.
const sign = (name, ink) => `<svg class="g ${esc(ink)}" aria-hidden="true" viewBox="0 0 16 16"><use href="#${esc(name)}"/></svg>`;
const toldHtml = parts => parts.map(([text, strong]) => strong ? `<em>${esc(text)}</em>` : esc(text)).join("");
const reasonsHtml = reasons => reasons.map(toldHtml).join(" ");
const marksHtml = entry => `<ul class="marks">${entry.marks.map(([name, ink, text]) => `<li>${sign(name, ink)}<span>${esc(text)}</span></li>`).join("")}</ul>`;

const SMALL = {width: 15, height: 13, gap: 2, line: 19, top: 17};

function smallCell(block, look, x, y) {                   // the look of a big cell, drawn small
  const g = block.geometry, {width: w, height: h} = SMALL, drawn = block.looks[look] ?? {}, cx = x + w / 2, cy = y + h / 2, out = [];
  const paper = name => name === "none" || !name ? "none" : `var(--${esc(name)})`;
  if (drawn.layer === "round") out.push(`<rect x="${x + .5}" y="${y + .5}" width="${w - 1}" height="${h - 1}" rx="${h / 2}" fill="${paper(drawn.fill)}" stroke="${paper(drawn.edge)}"/>`);
  else if (drawn.layer) out.push(`<rect x="${x + .5}" y="${y + .5}" width="${w - 1}" height="${h - 1}" fill="${paper(drawn.fill)}" stroke="${paper(drawn.edge)}"${drawn.dash ? ' stroke-dasharray="3 2"' : ""}/>`);
  if (drawn.cap) out.push(`<rect x="${x}" y="${y}" width="${w}" height="3.600" fill="${paper(drawn.cap)}"/>`);
  if (drawn.ring) out.push(`<circle cx="${cx}" cy="${cy}" r="${drawn.full ? 1.5 : 4.5}" fill="${drawn.full ? "var(--ink-2)" : "none"}" stroke="var(--ink-2)" stroke-width="1.400"/>`);
  const across = drawn.thin ? w / g.cell : .62, down = drawn.thin ? h / g.cellHeight : .62;
  for (const [x0, y0, x1, y1] of drawn.strokes ?? []) out.push(`<path d="M${(cx + x0 * across).toFixed(1)} ${(cy + y0 * down).toFixed(1)}L${(cx + x1 * across).toFixed(1)} ${(cy + y1 * down).toFixed(1)}" stroke="var(--ink-2)" stroke-width="1.400" fill="none"/>`);
  if (drawn.sign) out.push(`<text x="${cx}" y="${y + h - 1.5}" text-anchor="middle">${esc(drawn.sign)}</text>`);
  return out.join("");
}

function smallRows(block, number, family) {               // members of the case, their sessions, and what stands in each place
  const R = block.tables.rows, S = block.tables.sessions, C = block.tables.cells, scale = block.families[family]?.default;
  const columns = [...rowsOf(block, "sessions", number)].slice(-block.agenda.stripSessions).map(i => ({col: S.col[i], no: S.no[i], held: !!S.held[i]}));
  const rows = [...rowsOf(block, "rows", number, family)].filter(i => R.own[i]).map(i => ({row: R.row[i], label: block.texts[R.label[i]], cells: new Map()}));
  for (const i of rowsOf(block, "cells", number, family)) {
    if (C.scale[i] === scale) rows.find(row => row.row === C.row[i])?.cells.set(C.col[i], {look: C.look[i], said: block.texts[C.text[i]]});
  }
  return {columns, rows};
}

export function stripHtml(block, number, family, lines) {
  const {columns, rows} = smallRows(block, number, family), {width: w, height: h, gap, line, top} = SMALL;
  if (!columns.length || !rows.length) return "";
  const label = 12 + Math.max(...rows.map(row => row.label.length)) * 7, x = n => label + n * (w + gap), y = n => top + n * line;
  const at = col => columns.findIndex(column => column.col === col), place = row => rows.findIndex(item => item.row === row);
  const out = [`<text x="${label}" y="11">${columns[0].no}</text>`];
  if (columns.length > 1) out.push(`<text x="${x(columns.length - 1) + w}" y="11" text-anchor="end">${columns[columns.length - 1].no}</text>`);
  rows.forEach((row, r) => {
    out.push(`<text x="${label - 8}" y="${y(r) + h - 2}" text-anchor="end">${esc(row.label)}</text>`);
    columns.forEach((column, n) => {
      if (!column.held) for (const d of [0, 5]) out.push(`<path d="M${x(n) + d} ${y(r) + h}l9-${h}" stroke="var(--rule-2)" fill="none"/>`);
      else if (row.cells.has(column.col)) out.push(smallCell(block, row.cells.get(column.col).look, x(n), y(r)));
    });
  });
  for (const [row, from, to, repaired] of lines?.ruptures ?? []) {
    const r = place(row), a = Math.max(0, at(from)), b = at(to);
    if (r >= 0 && b >= 0) out.push(`<path d="M${x(a) - 2} ${y(r) + h - 1}l3 4.500H${repaired ? `${x(b) + w - 3}l3-4.500` : x(b) + w}" class="signal"/>`);
  }
  const [col, high, low] = lines?.split ?? [], n = at(col), a = place(high), b = place(low);
  if (col !== undefined && n >= 0 && a >= 0 && b >= 0) out.push(`<path d="M${x(n) + w - 1} ${y(a) + h / 2}h3V${y(b) + h / 2}h-3" class="signal"/>`);
  const said = rows.map(row => `${row.label}: ${columns.map(c => c.held ? row.cells.get(c.col)?.said ?? block.words.noRecord : block.words.notHeld).join(", ")}`).join("; ");
  const words = filled(block.words.strip, {family: block.cases[number].family, first: columns[0].no, last: columns[columns.length - 1].no, values: said});
  const wide = x(columns.length) + 6, high_ = y(rows.length) + 2;
  return `<svg class="strip" role="img" aria-label="${esc(words)}" width="${wide}" height="${high_}" viewBox="0 0 ${wide} ${high_}">${out.join("")}</svg>`;
}

const opens = (block, item, kind) => `<a class="${kind}" href="?case=${esc(item.code)}" data-case="${esc(item.code)}" aria-label="${esc(filled(block.words.openCase, {family: item.family}))}">${esc(item.family)}</a>`;

function talkHtml(block, entry) {
  const item = block.cases[entry.case];
  return `<li class="talk"><div>${opens(block, item, "code")}<p class="meta">${esc(item.who)}<br>${esc(entry.meta)}</p></div>` +
    `<div><p class="reason num">${reasonsHtml(entry.reasons.slice(0, 2))}</p>${entry.reasons.length > 2 ? `<p class="reason further num">${reasonsHtml(entry.reasons.slice(2))}</p>` : ""}${marksHtml(entry)}</div>${stripHtml(block, entry.case, entry.family, entry)}</li>`;
}

function wellHtml(block, entry) {
  const item = block.cases[entry.case];
  return `<li class="well">${opens(block, item, "name")} <span class="small muted">${esc(item.who)}</span><p class="num">${reasonsHtml(entry.reasons)}</p>${stripHtml(block, entry.case, entry.family, entry)}</li>`;
}

export function agendaParts(block, list) {                // which entries pass, and where they stand
  const inside = new Set(list), passing = block.agenda.entries.filter(entry => inside.has(entry.case));
  const talk = passing.filter(entry => !entry.well), {startHere, learnFrom} = block.agenda;
  return {first: talk.slice(0, startHere), rest: talk.slice(startHere), well: passing.filter(entry => entry.well).slice(0, learnFrom)};
}

export function agendaHtml(block, list, open = false) {
  const {first, rest, well} = agendaParts(block, list), w = block.words, rows = entries => entries.map(entry => talkHtml(block, entry)).join("");
  const shown = first.length + rest.length, all = block.part?.agenda ? Math.max(block.part.talk, shown) : shown;
  const beyond = all > shown ? `<p class="small muted">${esc(filled(w.beyondAgenda, {count: all - shown}))}</p>` : "";
  const more = rest.length ? `<details class="how more"${open ? " open" : ""}><summary>${esc(filled(w.moreToTalk, {count: rest.length}))}</summary><ul>${rows(rest)}</ul></details>${beyond}` : "";
  return {
    talk: list.length && !first.length ? `<p class="state">${esc(w.nothingToTalk)}</p>` : `<ul>${rows(first)}</ul>${more}`,
    well: well.map(entry => wellHtml(block, entry)).join(""),
    how: howHtml(block, [...new Set([...first, ...rest, ...well].flatMap(entry => entry.signals))]),
    count: filled(w.agendaCount, {with: all, all: block.part?.agenda ? block.part.all : list.length}),
  };
}

// What was decided: it comes from the server alone and is never in the block.
export function dueOf(answer) {                           // open, and the day to look again has come; without a day: at the next meeting
  return (answer?.decisions ?? []).filter(each => each.state === "open" && (each.review_on ? each.review_on <= answer.today : each.decided_on < answer.today));
}

export function sinceHtml(block, number, decision) {      // described: what was recorded after that meeting
  const w = block.words, item = block.cases[number], from = decision.discussed_session_no ?? 0, out = [];
  if (decision.agreed_strategy) {
    const strategy = block.agenda.strategies[decision.agreed_strategy] ?? decision.agreed_strategy;
    const used = (block.agenda.uses[number] ?? []).filter(([no, code]) => no > from && code === decision.agreed_strategy).map(([no]) => no);
    out.push(filled(used.length ? w.agreedUsed : w.agreedNotUsed, {strategy, sessions: used.join(", ")}));
  }
  const {columns, rows} = smallRows(block, number, item.families[0] ?? 0), after = columns.filter(column => column.no > from && column.held);
  const values = rows.map(row => `${row.label} ${after.map(column => row.cells.get(column.col)?.said ?? w.noRecord).join(", ")}`).join("; ");
  out.push(after.length && values ? filled(w.sinceThen, {first: after[0].no, last: after[after.length - 1].no, values}) : w.nothingSince);
  return out.map(line => `<p class="since num">${esc(line)}</p>`).join("");
}

function decidedWords(w, answer, each, day) {
  const late = each.review_on && each.review_on < answer.today;
  return [filled(late ? w.wasDue : w.decidedOn, {day: day(each.decided_on), due: late ? day(each.review_on) : ""}), each.decision ?? filled(w.question, {question: each.question ?? ""})];
}

const BEYOND_LISTED = 20;
export function beyondHtml(block, answer, isFiltered, day) {   // of cases the page does not hold: a step away; with a filter only how many
  const held = new Set(block.cases.map(item => item.code)), w = block.words;
  const beyond = block.part ? dueOf(answer).filter(each => !held.has(each.case_id)) : [], listed = isFiltered ? [] : beyond.slice(0, BEYOND_LISTED);
  const more = beyond.length - listed.length;
  return listed.map(each => {
    const code = esc(each.case_id), [when, said] = decidedWords(w, answer, each, day);
    return `<li class="dec"><div class="who"><a class="name" href="?case=${code}" data-case="${code}">${code}</a><span>${esc(when)}</span></div><p>${esc(said)}</p></li>`;
  }).join("") + (more ? `<li class="small muted">${esc(filled(w.beyondDue, {count: more}))}</li>` : "");
}

export function dueHtml(block, list, answer, day) {
  const w = block.words, numbers = new Map(list.map(number => [block.cases[number].code, number]));
  return dueOf(answer).filter(each => numbers.has(each.case_id)).map(each => {
    const number = numbers.get(each.case_id), item = block.cases[number], [when, said] = decidedWords(w, answer, each, day);
    return `<li class="dec"><div class="who">${opens(block, item, "name")}<span>${esc(when)}</span></div><p>${esc(said)}</p>${sinceHtml(block, number, each)}` +
      `<button class="quiet" type="button" data-case="${esc(item.code)}" data-then="decisions">${esc(w.recordHappened)}<span class="sr"> ${esc(filled(w.forFamily, {family: item.family}))}</span></button></li>`;
  }).join("");
}

const dayWords = language => text => {
  const asked = language === "en" ? "en-GB" : language;
  return new Intl.DateTimeFormat(asked, {day: "numeric", month: "short", timeZone: "UTC"}).format(new Date(text));
};

export async function askDecisions(page, engine) {        // on opening the agenda, never for a filter
  if (!page.dataset.decisions) return;
  try {
    const answer = await fetch(page.dataset.decisions, {cache: "no-store"});
    engine.decided = answer.ok ? await answer.json() : null;
  } catch { engine.decided = null; }
  sayDecided(page, engine);
}

function sayDecided(page, engine) {
  const {block, list, selection} = engine, part = page.querySelector("[data-part=due]");
  if (!part || engine.decided === undefined) return;
  const isFiltered = toQuery({...selection, cases: [], instrument: "", scale: "", axis: "session"}) !== "", day = dayWords(page.lang);
  const due = engine.decided ? dueHtml(block, list, engine.decided, day) + beyondHtml(block, engine.decided, isFiltered, day) : "";
  outlet(page, "agendaDue", due);
  outlet(page, "agendaDueTrouble", engine.decided ? "" : esc(block.words.noDecisions));
  part.hidden = !due && engine.decided !== null;
}

function sayAgenda(page, engine) {
  const {block, list, selection} = engine, w = block.words;
  const open = page.querySelector("[data-outlet=agendaTalk] details.more")?.open ?? false, said = agendaHtml(block, list, open);
  outlet(page, "agendaTitle", esc(selection.groups.length === 1 ? filled(w.agendaGroup, {group: selection.groups[0]}) : w.agenda));
  outlet(page, "agendaEmpty", list.length ? "" : esc(w.nothing));
  outlet(page, "agendaTalk", list.length ? said.talk : "");
  outlet(page, "agendaWell", said.well);
  outlet(page, "agendaCount", esc(said.count));
  outlet(page, "agendaHow", said.how);
  sayDecided(page, engine);
  page.querySelector("[data-part=well]").hidden = !said.well;
  page.querySelector("[data-part=agenda]").hidden = !list.length;
}
