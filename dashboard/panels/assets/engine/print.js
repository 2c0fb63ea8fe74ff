// Paper: every chosen case as a sheet of its own, from the same rows as the picture; nothing is decided here.
function cellLooks(block, view, picture) {                // row and column -> look, as the picture draws it
  const C = block.tables.cells, looks = new Map();
  for (const i of rowsOf(block, "cells", picture.number, view.family)) {
    if (C.scale[i] === view.scale || C.scale[i] === ANY) looks.set(C.row[i] * 65536 + C.col[i], C.look[i]);
  }
  return looks;
}

function sheetTable(block, view, picture) {
  const looks = cellLooks(block, view, picture), instrument = block.families[view.family]?.name ?? "";
  const caption = filled(block.words.caseTable, {case: block.cases[picture.number].code, scale: block.scaleWords[view.scale]});
  const cell = (r, column, n) => {
    if (!column.held) return '<td class="off"></td>';
    const look = looks.get(r * 65536 + column.col), said = picture.grid[r][n], glyph = block.glyphs[look];
    const shown = glyph ? `<svg class="g" role="img" aria-label="${esc(said)}" viewBox="0 0 16 16"><use href="#${esc(glyph)}"/></svg>` : esc(said);
    return `<td${look === undefined ? "" : ` class="s${look}"`}>${shown}</td>`;
  };
  const head = picture.columns.map(column => `<th scope="col">${esc(column.no)}<span>${esc(column.date)}</span></th>`).join("");
  const body = picture.rows.map((row, r) => `<tr><th scope="row">${esc(row.label)} <small>${esc(row.sub)}</small></th>${picture.columns.map((column, n) => cell(r, column, n)).join("")}</tr>`).join("");
  return `<table class="grid${picture.columns.length > 20 ? " many" : ""}"><caption>${esc(instrument)} ${esc(caption)}</caption><thead><tr><th scope="col">${esc(block.words.member)}</th>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

function codedHtml(block, picture) {                      // what was coded, with the sessions it stood at
  const told = new Map();
  for (const column of picture.columns) if (column.note) told.set(column.note, [...told.get(column.note) ?? [], column.no]);
  return [...told].map(([note, numbers]) => `<li>${esc(note)} <small>${esc(block.words.session)} ${esc(numbers.join(", "))}</small></li>`).join("");
}

function sheetHtml(engine, said, number, place) {
  const {block, selection} = engine, item = block.cases[number];
  const view = viewOf(block, {...selection, cases: [item.code]}, {bare: true}), picture = casePicture(block, view), head = caseHead(block, view);
  const list = (title, lines, none) => `<section><h2>${esc(title)}</h2>${lines ? `<ul>${lines}</ul>` : `<p>${esc(none)}</p>`}</section>`;
  return `<article class="sheet"><header><p>${esc(said.line)}${esc(said.filters)}</p><p>${place}</p></header><h1>${head.title}</h1><p class="facts">${head.facts}</p>` +
    `<p class="say">${dossierHtml(block, number).lead}</p>${picture.rows.length ? sheetTable(block, view, picture) : `<p>${esc(block.words.noFormsCase)}</p>`}` +
    `${picture.hidden ? `<p class="small">${esc(filled(block.words.earlierHidden, {count: picture.hidden}))}</p>` : ""}` +
    `<div class="beside">${list(said.threats, codedHtml(block, picture), said.none)}${list(said.tried, triedHtml(block, picture), said.nothing)}</div></article>`;
}

function layPaper(page, engine) {
  const paper = page.querySelector("[data-outlet=paper]");
  if (!paper) return;
  const chips = [...page.querySelectorAll("[data-outlet=chips] .chip")].map(chip => [...chip.childNodes].slice(0, -2).map(node => node.textContent).join("").trim());
  const said = {...paper.dataset, filters: chips.length ? ` ${chips.join("; ")}.` : ""};
  outlet(page, "paper", engine.list.map((number, n) => sheetHtml(engine, said, number, `${n + 1} / ${engine.list.length}`)).join(""));
}
