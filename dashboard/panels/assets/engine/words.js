// Words beside the picture, as HTML strings; every text from the data goes through esc().
const esc = text => String(text ?? "").replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

export function twinTable(block, view, picture) {
  const item = block.cases[picture.number];
  if (!item) return "";
  const caption = filled(block.words.caseTable, {case: item.code, scale: block.scaleWords[view.scale]});
  const head = picture.columns.map(c => `<th scope="col">${esc(c.no)}<span>${esc(c.date)}</span></th>`).join("");
  const body = picture.rows.map((row, r) => `<tr><th scope="row">${esc(row.label)} <small>${esc(row.sub)}</small></th>` +
    picture.columns.map((c, n) => `<td tabindex="-1" data-cell="${r},${c.col}">${esc(picture.grid[r][n])}</td>`).join("") + "</tr>").join("");
  return `<table class="twin" aria-label="${esc(caption)}"><caption>${esc(caption)}</caption><thead><tr><th scope="col">${esc(block.words.member)}</th>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

export function weekTable(block, view, picture) {
  const caption = filled(block.words.weekTable, {scale: block.scaleWords[block.families[view.family]?.default] ?? ""});
  const head = picture.columns.map(week => `<th scope="col">${esc(block.weekDays[week] ?? "")}</th>`).join("");
  const body = picture.rows.map((row, r) => `<tr><th scope="row"><a href="?case=${esc(row.code)}" data-case="${esc(row.code)}">${esc(row.family)}</a></th>` +
    picture.grid[r].map(said => `<td>${esc(said)}</td>`).join("") + "</tr>").join("");
  return `<table class="twin" aria-label="${esc(caption)}"><caption>${esc(caption)}</caption><thead><tr><th scope="col">${esc(block.words.family)}</th>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

export function chipsHtml(block, selection, labels) {
  const chip = (kind, code, kindWord, word) => `<button class="chip" type="button" data-remove="${kind}:${esc(code)}"><b>${esc(kindWord)}</b> ${esc(word)}` +
    `<span class="sr">, ${esc(block.words.remove)}</span><span class="x" aria-hidden="true">×</span></button>`;
  const lists = ["groups", "therapists", "families", "members", "threats"].flatMap(kind => selection[kind].map(code =>
    chip(kind, code, labels[kind]?.title ?? "", labels[kind]?.words?.[code] ?? code)));
  const days = ["from", "to"].filter(kind => dayNumber(selection[kind]) !== NONE).map(kind =>
    chip(kind, "", "", filled(block.words[kind], {day: selection[kind]})));
  return [...lists, ...days].join("");
}

export function caseHead(block, view) {
  const item = block.cases.find(c => c.code === view.case);
  if (!item) return {title: "", facts: "", others: ""};
  const others = block.cases.filter(c => c.family === item.family && c.code !== item.code);
  return {
    title: `${esc(item.family)} <small>${esc(item.who)}</small>`,
    facts: item.facts.map(fact => `<span>${esc(fact)}</span>`).join(""),
    others: others.map(c => `<a href="?case=${esc(c.code)}" data-case="${esc(c.code)}">${esc(filled(block.words.otherEpisode, {case: c.code}))}</a>`).join(" "),
  };
}

export const triedHtml = (block, picture) => (block.cases[picture.number]?.tried ?? []).map(line => `<li>${esc(line)}</li>`).join("");

function track(block, row, scale, value) {
  const range = block.instruments[row.instrument]?.scales[scale];
  if (!range || value === NONE) return '<span class="track"></span>';
  const share = Math.round(1000 * (value - range.least) / (range.most - range.least)) / 10;
  return `<span class="track${value === range.most ? " full" : ""}"><i style="left:${share}%"></i></span>`;
}

function notesHtml(block, view, number, row, col) {       // what was computed about one rating
  const N = block.tables.notes, said = [];
  for (const i of rowsOf(block, "notes", number, view.family)) if (N.row[i] === row && N.col[i] === col && (N.scale[i] === view.scale || N.scale[i] === ANY)) said.push(i);
  return said.map(i => `<p class="computed-note"><b>${esc(block.texts[N.lead[i]])}</b>, ${esc(block.texts[N.text[i]])}</p>`).join("") + howHtml(block, [...new Set(said.map(i => block.signals[N.signal[i]]))]);
}

export function howHtml(block, signals) {                // "How was this computed?", for the signals that are named
  const w = block.words, one = told => `<h3>${esc(told.title)}</h3><p>${esc(told.formula)}</p><p><b>${esc(w.howInputs)}:</b> ${esc(told.inputs)}</p>` +
    (told.thresholds.length ? `<p><b>${esc(w.howRules)}:</b></p><ul>${told.thresholds.map(([what, value, source]) => `<li>${esc(what)}: <b>${esc(value)}</b> <small lang="en">${esc(source)}</small></li>`).join("")}</ul>` : "") +
    `<p>${esc(filled(w.howQuery, told))}</p>` + (told.sql ? `<details><summary>${esc(w.howSql)}</summary><pre tabindex="0" role="group" aria-label="${esc(told.query)}">${esc(told.sql)}</pre></details>` : "");
  return signals.length ? `<details class="how"><summary>${esc(w.howComputed)}</summary><div class="told">${signals.map(name => one(block.explanations[name])).join("")}</div></details>` : "";
}

export function detailsHtml(block, view, picture) {
  const [r, col] = view.cell ?? [], row = picture.rows[r], column = picture.columns.find(c => c.col === col);
  if (!row || !column) return `<p class="hint">${esc(block.words.chooseCell)}</p>`;
  const C = block.tables.cells, here = [], others = [];
  for (const i of rowsOf(block, "cells", picture.number, view.family)) {
    if (C.col[i] !== col) continue;
    if (C.row[i] === r) here.push(i);
    if (C.scale[i] === view.scale || C.scale[i] === ANY) others.push(i);
  }
  const main = here.find(i => C.scale[i] === view.scale || C.scale[i] === ANY), scored = main !== undefined && C.value[main] !== NONE;
  const scale = main === undefined || C.scale[main] === ANY ? block.scales.indexOf("shared_purpose") : view.scale;
  const unit = scored ? block.instruments[row.instrument]?.scales[scale]?.unit ?? "" : "";
  const look = main === undefined ? 0 : C.look[main];
  const comment = !scored ? block.words.noRating : look === 7 ? block.words.perfect : "";
  const parts = here.filter(i => C.scale[i] !== ANY && C.value[i] !== NONE && C.scale[i] !== view.scale).map(i =>
    `<dt>${esc(block.scaleWords[C.scale[i]])}</dt><dd>${track(block, row, C.scale[i], C.value[i])}</dd><dd class="num">${esc(block.texts[C.text[i]])}</dd>`).join("");
  const everyone = others.filter(i => picture.rows[C.row[i]]).map(i => { const other = picture.rows[C.row[i]];
    return `<dt>${esc(other.label)}</dt><dd>${track(block, other, C.scale[i] === ANY ? block.scales.indexOf("shared_purpose") : C.scale[i], C.value[i])}</dd><dd class="num">${esc(block.texts[C.text[i]])}</dd>`; }).join("");
  const said = main === undefined ? "" : block.texts[C.text[main]];
  return `<h2>${esc(row.label)}, ${esc(column.words)}</h2><p class="big">${esc(said)} <small>${esc(unit)}</small></p>` +
    (parts ? `<dl class="parts">${parts}</dl>` : "") + notesHtml(block, view, picture.number, r, col) + (column.note ? `<p class="coded-note">${esc(column.note)}</p>` : "") +
    (comment ? `<p class="comment">${esc(comment)}</p>` : "") +
    `<h3>${esc(filled(block.words.everyone, {session: column.words}))}</h3><dl class="parts">${everyone}</dl>`;
}

export function rowLabels(block, picture, overview) {
  const above = `<div class="rl above">${overview ? "" : esc(block.words.session)}</div>`;   // headings that scroll pass under it
  const twice = row => picture.rows.some(other => other !== row && other.family === row.family);   // a family with two cases: say which
  const high = i => picture.rows[i + 1] ? `;--rowh:${picture.rows[i + 1].y - picture.rows[i].y}` : "";   // a gap belongs to the row above it
  return above + picture.rows.map((row, i) => overview
    ? `<div class="rl" style="--y:${row.y}"><a href="?case=${esc(row.code)}" data-case="${esc(row.code)}" aria-label="${esc(filled(block.words.openCase, {family: row.family}))}">${esc(row.family)}</a> <small>${esc(twice(row) ? `${row.code}, ${row.who}` : row.who)}</small></div>`
    : `<div class="rl" style="--y:${row.y}${high(i)}"><b>${esc(row.label)}</b><small>${esc(row.sub)}</small></div>`).join("");
}

export function laneLabels(block, view, picture) {       // the names of the lanes stay too when the picture scrolls
  const W = block.tables.words, lanes = [];
  for (const i of rowsOf(block, "words", picture.number, view.family)) if (W.col[i] === UNBOUND && (W.scale[i] === view.scale || W.scale[i] === ANY)) {
    const {icon} = block.styles[W.style[i]];
    const flag = icon ? `<svg class="g ${icon === "g-threat" ? "coded" : "computed"}" viewBox="0 0 16 16"><use href="#${esc(icon)}"/></svg>` : "";
    lanes.push(`<div class="rl lane" style="--y:${W.y[i] - 13}">${flag}${esc(block.texts[W.text[i]])}</div>`);
  }
  return lanes.join("");
}

export function pagingHtml(block, picture) {
  const {pages, page, from, rows, all, weekPages, weekPage, start, last, grid} = picture, w = block.words;
  const earlier = weekPage < weekPages - 1 ? grid.filter(said => !said.some(Boolean)).length : 0;   // an empty row is not an empty case
  const button = (go, word, off) => `<button class="quiet" type="button" data-page="${go}"${off ? " disabled" : ""}>${esc(word)}</button>`;
  const families = pages > 1 ? `<span>${esc(filled(w.familiesPage, {first: from + 1, last: from + rows.length, all}))}</span>` +
    button("page:-1", w.previousFamilies, page === 0) + button("page:1", w.nextFamilies, page === pages - 1) +
    (pages > 2 ? `<label>${esc(w.goToPage)} <input type="number" inputmode="numeric" min="1" max="${pages}" value="${page + 1}" data-goto> ${esc(filled(w.ofPages, {pages}))}</label>` : "") : "";
  const weeks = weekPages > 1 ? `<span>${esc(block.weekDays[start])} – ${esc(block.weekDays[last])}</span>` +
    button("weekPage:1", w.earlierWeeks, weekPage === weekPages - 1) + button("weekPage:-1", w.laterWeeks, weekPage === 0) +
    (earlier ? `<span>${esc(filled(earlier === 1 ? w.noneInWeeksOne : w.noneInWeeks, {count: earlier, all: rows.length}))}</span>` : "") : "";
  return families + weeks;
}
