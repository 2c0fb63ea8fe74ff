// The agenda: rows made elsewhere, chosen by the filters, written as they stand.
function sayAgenda(page, engine) {
  const {block, list} = engine;
  outlet(page, "agendaEmpty", list.length ? "" : esc(block.words.nothing));
  outlet(page, "agenda", list.length ? `<ul class="caselist">${list.slice(0, 400).map(n => caseLink(block, n)).join("")}</ul>` : "");
}
const caseLink = (block, n) => `<li><a href="?case=${esc(block.cases[n].code)}" data-case="${esc(block.cases[n].code)}">${esc(block.cases[n].code)}</a> <small>${esc(block.cases[n].who)}</small></li>`;
