// Threats and strategies: what is open, where words and ratings disagree, what was tried for what.
const cellOf = text => `<td>${esc(text)}</td>`, headOf = (text, kind = "") => `<th scope="col"${kind}>${esc(text)}</th>`;
const tableOf = (caption, heads, rows) => `<table class="plain"><caption>${esc(caption)}</caption><thead><tr>${heads.map(head => headOf(head)).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
const caseRow = (block, number, cells) => `<tr><th scope="row">${opens(block, block.cases[number], "name")}</th>${cells.map(cellOf).join("")}</tr>`;

export function openThreatsHtml(block, view, list) {
  const inside = new Set(list), w = block.words;
  return block.threatPage.types.filter(([code]) => !view.threats.length || view.threats.includes(code)).map(([code, name]) => {
    const rows = block.threatPage.open.filter(([number, type]) => type === code && inside.has(number));
    const table = rows.length ? tableOf(filled(w.openThreats, {threat: name, count: rows.length}), [w.family, w.openSince, w.codedHow], rows.map(([number, , since, said]) => caseRow(block, number, [since, said])))
      : `<p><b>${esc(name)}</b></p><p class="muted">${esc(w.noneOpen)}</p>`;
    return `<div>${table}</div>`;
  }).join("");
}

export function disagreementsHtml(block, list, kind) {
  const inside = new Set(list), w = block.words, rows = block.threatPage.disagreements.filter(([number, found]) => found === kind && inside.has(number));
  if (!rows.length) return `<p class="muted">${esc(w.noDisagreement)}</p>`;
  const coded = kind === "threat_without_signal";
  return tableOf(coded ? w.codedCalm : w.movingUncoded, [w.family, coded ? w.coded : w.signal, w.latestSession], rows.map(([number, , said, session]) => caseRow(block, number, [said, session ?? ""])));
}

export function monthsHtml(block) {                       // a picture of counts, and the same counts as a table
  const {months, types} = block.threatPage, w = block.words;
  if (!months.length) return {picture: `<p class="muted">${esc(w.noMonths)}</p>`, table: ""};
  const most = Math.max(1, ...months.flatMap(month => Object.values(month.counts).map(([, open]) => open)));
  const step = 34, tall = 82, wide = 34 + months.length * step, longest = Math.max(...months.map(month => month.short.length)), every = Math.max(Math.ceil(longest * 8 / step), Math.ceil(months.length / 8));
  const picture = types.map(([code, name]) => {
    const bars = months.map((month, n) => {
      const [opened, open] = month.counts[code] ?? [0, 0], high = open * tall / most, fresh = opened * tall / most, x = 30 + n * step;
      return `<rect x="${x}" y="${100 - high}" width="20" height="${high}" class="open"/><rect x="${x}" y="${100 - fresh}" width="20" height="${fresh}" class="fresh"/>` +
        (open ? `<text x="${x + 10}" y="${96 - high}" text-anchor="middle">${open}</text>` : "") + (n % every ? "" : `<text x="${x}" y="118">${esc(month.short)}</text>`);
    }).join("");
    const said = months.map(month => `${month.name}: ${(month.counts[code] ?? [0, 0])[1]}`).join("; ");
    return `<div><h3>${esc(name)}</h3><svg class="months" role="img" aria-label="${esc(`${name}. ${said}`)}" viewBox="0 0 ${wide} 124" width="${wide}" height="124"><path d="M26 100.5H${wide}" class="base"/>${bars}</svg></div>`;
  }).join("");
  const rows = months.map(month => `<tr><th scope="row">${esc(month.name)}</th>${types.map(([code]) => { const [opened, open] = month.counts[code] ?? [0, 0]; return cellOf(filled(w.monthCell, {open, opened})); }).join("")}</tr>`);
  return {picture, table: tableOf(w.monthTable, [w.month, ...types.map(([, name]) => name)], rows)};
}

export function matrixHtml(block) {
  const {columns, groups} = block.threatPage, w = block.words;
  const cell = (group, row, code) => `<td${code === group ? ' class="own"' : ""}>${(row.cells[code] ?? []).map(esc).join("<br>") || "·"}</td>`;
  const body = groups.map(({group, title, rows}) => `<tr><th scope="rowgroup" colspan="${columns.length + 1}" class="group">${esc(title)}</th></tr>` +
    rows.map(row => `<tr><th scope="row">${esc(row.name)}</th>${columns.map(([code]) => cell(group, row, code)).join("")}</tr>`).join("")).map(rows => `<tbody>${rows}</tbody>`).join("");
  return `<table class="plain mx"><caption class="sr">${esc(w.matrixTable)}</caption><thead><tr>${[w.strategy, ...columns.map(([, name]) => name)].map(name => headOf(name)).join("")}</tr></thead>${body}</table>`;
}

export function pairsHtml(block) {
  const w = block.words, {pairs} = block.threatPage;
  return pairs.length ? tableOf(w.pairTable, [w.threatA, w.threatB, w.casesCount, w.sessionsCount], pairs.map(([a, b, cases, sessions]) => `<tr><th scope="row">${esc(a)}</th>${[b, cases, sessions].map(cellOf).join("")}</tr>`)) : `<p class="muted">${esc(w.noPairs)}</p>`;
}

function sayThreats(page, engine) {
  const {block, view, list} = engine;
  outlet(page, "threatHeld", block.part ? esc(filled(block.words.threatsHeld, {cases: block.cases.length, all: block.part.all})) : "");
  outlet(page, "threatOpen", openThreatsHtml(block, view, list));
  outlet(page, "threatCalm", disagreementsHtml(block, list, "threat_without_signal"));
  outlet(page, "threatMoving", disagreementsHtml(block, list, "signal_without_threat"));
  const months = monthsHtml(block);
  outlet(page, "threatMonths", months.picture);
  outlet(page, "threatMonthTable", months.table);
  outlet(page, "threatMatrix", matrixHtml(block));
  outlet(page, "threatPairs", pairsHtml(block));
  outlet(page, "threatHow", howHtml(block, ["threat_agreement", "threats_without_strategy", "strategy_followups"]));
}
