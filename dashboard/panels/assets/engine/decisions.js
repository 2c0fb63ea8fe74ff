// Question, decision, review: read from and written to the group's own meetings file. What is typed is never lost.
const KEPT = "alliance-draft:", CODE = "alliance-code";
const day = (page, text) => text ? new Date(`${text}T00:00`).toLocaleDateString(page.lang || "en", {day: "numeric", month: "short", year: "numeric"}) : "";
const strategyWord = (block, code) => block.strategies.find(([known]) => known === code)?.[1] ?? "";
const memberWord = (block, number, code) => {
  const R = block.tables.rows;
  for (const i of rowsOf(block, "people", number)) if (block.texts[block.tables.people.member[i]] === code)
    for (const [key, [from, to]] of block.ranges.rows) if (Math.floor(key / 256) === number) for (let r = from; r < to; r++) if (block.texts[R.member[r]] === code) return block.texts[R.label[r]];
  return code ?? "";
};
const membersOf = (block, number) => [...rowsOf(block, "people", number)].map(i => block.texts[block.tables.people.member[i]]);

export function sinceDecisionHtml(block, number, decision) {     // what happened since: described, never an effect
  const w = block.words, from = decision.discussed_session_no ?? 0, U = block.tables.uses, used = [], S = block.tables.sessions, held = new Map();
  for (const i of rowsOf(block, "sessions", number)) if (S.held[i] && S.no[i] > from) held.set(S.col[i], S.no[i]);
  if (!held.size) return `<p class="muted">${esc(w.noSessionSince)}</p>`;
  for (const i of rowsOf(block, "uses", number)) if (U.no[i] > from && block.strategies[U.strategy[i]]?.[0] === decision.agreed_strategy) used.push(U.no[i]);
  const strategy = decision.agreed_strategy ? `<p>${esc(filled(used.length ? w.usedSince : w.notUsedSince, {sessions: used.join(", ")}))}</p>` : "";
  const family = block.cases[number].families[0], scale = block.families[family]?.default, C = block.tables.cells, said = new Map();
  const rows = family === undefined ? [] : [...rowsOf(block, "rows", number, family)].map(i => block.texts[block.tables.rows.label[i]]);
  if (family !== undefined) for (const i of rowsOf(block, "cells", number, family)) if (C.scale[i] === scale && held.has(C.col[i])) said.set(C.row[i], [...(said.get(C.row[i]) ?? []), block.texts[C.text[i]]]);
  const moved = [...said].map(([row, texts]) => `${rows[row]} ${texts.join(", ")}`).join(" · ");
  return strategy + (moved ? `<p>${esc(filled(w.ratingsSince, {session: from, ratings: moved}))}</p>` : "");
}

export function decisionsHtml(page, block, number, kept) {
  const w = block.words;
  return kept.map(d => {
    const agreed = [strategyWord(block, d.agreed_strategy), d.agreed_member_id ? memberWord(block, number, d.agreed_member_id) : ""].filter(Boolean).join(", ");
    const line = (word, text) => text ? `<p><b>${esc(word)}</b> ${esc(text)}</p>` : "";
    const id = esc(d.decision_id), buttons = d.state === "open" ? `<label>${esc(w.outcomeHead)}<textarea data-outcome="${id}" rows="2" maxlength="4000"></textarea></label>` +
      `<p class="tools"><button class="quiet" type="button" data-review="done" data-of="${id}">${esc(w.markDone)}</button> <button class="quiet" type="button" data-review="withdrawn" data-of="${id}">${esc(w.markWithdrawn)}</button></p>` : "";
    return `<article class="kept"><h3>${esc(day(page, d.decided_on))} <small>${esc(filled(w.declaredBy, {code: d.declared_by}))}, ${esc(w.states[d.state])}</small></h3>` +
      line(w.questionHead, d.question) + line(w.decisionHead, d.decision) + line(w.agreedHead, agreed) + line(w.reviewHead, day(page, d.review_on)) + line(w.outcomeHead, d.outcome) +
      `<div class="since">${sinceDecisionHtml(block, number, d)}</div>${buttons}</article>`;
  }).join("");
}

class Decisions {
  constructor(page, engine) {
    Object.assign(this, {page, engine, kept: [], shown: "", form: page.querySelector("[data-decide]")});
    if (!this.form || !page.dataset.decisions) { this.form = null; return; }
    page.addEventListener("input", event => { if (this.form.contains(event.target)) this.#keepDraft(); });
    this.form.addEventListener("submit", event => { event.preventDefault(); this.#save(); });
    page.addEventListener("click", event => { const button = event.target.closest("[data-review]"); if (button) this.#review(button); });
    this.#load();
  }
  #field(name) { return this.form.elements[name]; }
  async #load() {
    this.page.querySelector("[data-needs-meetings]").hidden = false;
    try {
      const answer = await fetch(this.page.dataset.decisions, {cache: "no-store"});
      if (!answer.ok) { this.#say("unavailable"); return; }
      this.kept = (await answer.json()).decisions;
      this.say();
    } catch { this.#say("offline"); }
  }
  say() {                                                 // another case: its own list, its own draft
    if (!this.form || this.engine.screen !== "case") return;
    const {block, view, picture} = this.engine, number = picture.number, typed = new Map();
    for (const box of this.page.querySelectorAll("[data-outcome]")) typed.set(box.dataset.outcome, box.value);
    outlet(this.page, "kept", number < 0 ? "" : decisionsHtml(this.page, block, number, this.kept.filter(d => d.case_id === view.case)));
    for (const box of this.page.querySelectorAll("[data-outcome]")) if (typed.get(box.dataset.outcome)) box.value = typed.get(box.dataset.outcome);
    if (this.shown === view.case || number < 0) return;
    this.shown = view.case;
    const none = word => `<option value="">${esc(word)}</option>`;
    outlet(this.page, "strategies", none(block.words.noStrategy) + block.strategies.map(([code, word]) => `<option value="${esc(code)}">${esc(word)}</option>`).join(""));
    outlet(this.page, "forWhom", none(block.words.wholeFamily) + membersOf(block, number).map(code => `<option value="${esc(code)}">${esc(memberWord(block, number, code))}</option>`).join(""));
    const draft = JSON.parse(sessionStorage.getItem(KEPT + view.case) ?? "{}");
    for (const name of ["question", "decision", "agreed_strategy", "agreed_member_id", "review_on"]) this.#field(name).value = draft[name] ?? "";
    this.#field("declared_by").value ||= sessionStorage.getItem(CODE) ?? "";
    this.#status("");
  }
  #typed() { return Object.fromEntries(["question", "decision", "agreed_strategy", "agreed_member_id", "review_on", "declared_by"].map(name => [name, this.#field(name).value.trim()])); }
  #keepDraft() {
    const {declared_by: code, ...draft} = this.#typed();
    sessionStorage.setItem(KEPT + this.shown, JSON.stringify(draft));   // other words, another key
    sessionStorage.setItem(CODE, code);
  }
  #status(text) { this.page.querySelector("[data-said=decide]").textContent = text; }
  #say(code, sentence = "") { const w = this.engine.block.words; this.#status(filled(w.decideSaid[code] ?? w.decideSaid.failed, {sentence})); }
  async #send(body) {
    this.#say("saving");
    try {
      const answer = await fetch(this.page.dataset.decisions, {method: "POST", headers: {"Content-Type": "application/json", "X-Alliance-Board": "1"}, body: JSON.stringify(body)});
      const said = await answer.json().catch(() => ({}));
      if (said.decision) this.#take(said.decision);
      if (!answer.ok) this.#say(said.code ?? "failed", said.error ?? "");
      return answer.ok;
    } catch { this.#say("offline"); return false; }
  }
  #take(decision) { this.kept = [decision, ...this.kept.filter(d => d.decision_id !== decision.decision_id)]; }
  #key(case_id) {                                         // the same for every try of the same words, so that a lost answer doubles nothing
    const draft = JSON.parse(sessionStorage.getItem(KEPT + case_id) ?? "{}");
    draft.request_key ??= [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join("");
    sessionStorage.setItem(KEPT + case_id, JSON.stringify(draft));
    return draft.request_key;
  }
  async #save() {
    const case_id = this.shown, typed = this.#typed();
    if (!await this.#send({case_id, request_key: this.#key(case_id), ...Object.fromEntries(Object.entries(typed).map(([name, text]) => [name, text || null])), question: typed.question, decision: typed.decision, declared_by: typed.declared_by})) { this.say(); return; }
    sessionStorage.removeItem(KEPT + case_id);
    if (this.shown === case_id) this.shown = "";
    this.say();
    this.#say("kept");
  }
  async #review(button) {
    const decision = this.kept.find(d => d.decision_id === button.dataset.of), code = this.#field("declared_by");
    if (!code.value.trim()) { this.#say("noCode"); code.focus(); return; }
    const outcome = this.page.querySelector(`[data-outcome="${button.dataset.of}"]`).value.trim();
    const sent = await this.#send({decision_id: decision.decision_id, revision: decision.revision, declared_by: code.value.trim(), state: button.dataset.review, ...(outcome ? {outcome} : {})});
    this.say();
    if (sent) this.#say("kept");
  }
}
