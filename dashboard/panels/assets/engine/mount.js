// The engine: finds the named Bokeh models, patches them quietly, and tells page and Python what was picked.
const fontsReady = () => Promise.allSettled(["400 16px 'Source Sans 3'", "600 16px 'Source Sans 3'", "700 16px 'Source Sans 3'", "400 16px 'Source Serif 4'", "italic 400 16px 'Source Serif 4'"]
  .map(font => document.fonts.load(font)));

const PATIENT_FOR_A_FRAME_MS = 250;                      // a page out of sight may get no frames
const VAST = 2;                                          // times what is needed, and more than most cases need
const PATIENT_FOR_A_SET_MS = 3000;                       // then what is held is all there is to show: the server is slow or gone

export class Engine {
  constructor(widgets, block, inks, face) {
    Object.assign(this, {widgets, inks, face, before: {}, rooms: {}, leaned: new Set(), look: {cell: null, page: 0, weekPage: 0, bare: !!face.bare, screen: "families"}, theme: "light", zoom: 1, applied: 0});
    this.take(block);
    for (const name of ["hero", "overview"]) this.#listenToTaps(name);
  }
  take(text) { this.block = {...this.block, ...unpack(text)}; this.before = {}; }   // a patch leaves out what every block says alike
  #leaves({groups, therapists, families}) {               // what is held of a large service says nothing of whom it is not about
    const wanted = JSON.stringify([groups, therapists, families]);
    clearTimeout(this.patience);
    if (!this.block.isPart || !this.face.waits || wanted === (this.heldFor ??= wanted)) return false;
    this.face.waits();
    this.patience = setTimeout(() => { this.heldFor = wanted; this.apply(); }, PATIENT_FOR_A_SET_MS);
    return true;
  }
  #listenToTaps(name) {
    const source = this.widgets.sources[name]?.hit;
    source?.selected.properties.indices.change.connect(() => {
      const i = source.selected.indices[0];
      if (i === undefined) return;
      const row = source.data.row[i], col = source.data.col[i];
      source.selected.setv({indices: []}, QUIET);
      if (name === "overview") this.openCase(this.picture.rows[row].code); else this.pick([row, col]);
    });
  }
  openCase(code) {
    this.look.cell = null;
    this.face.enter?.();
    if (code && this.face.asks && !this.block.cases.some(item => item.code === code)) return this.face.asks({case: code});   // one of another page
    this.widgets.write({...this.selection, cases: code ? [code] : []});
  }
  visit(screen) {                                         // a screen without a case; the filters stay
    this.look.screen = screen;
    if (this.view.case) this.openCase(""); else this.apply();
  }
  pick(cell) {
    this.look.cell = cell;
    this.apply();
    const row = this.picture.rows[cell[0]], column = this.picture.columns.find(c => c.col === cell[1]);
    if (row && column) this.face.picked?.({case: this.view.case, row: cell[0], session_no: column.no, who: row.label, member_id: row.member});
  }
  move(rows, columns) {
    if (!this.view.case || !this.picture.rows.length || !this.picture.columns.length) return;
    const cols = this.picture.columns.map(c => c.col), at = this.look.cell;
    const r = at ? Math.min(Math.max(at[0] + rows, 0), this.picture.rows.length - 1) : 0;
    const c = at ? Math.min(Math.max(cols.indexOf(at[1]) + columns, 0), cols.length - 1) : cols.length - 1;
    this.pick([r, cols[c]]);
  }
  apply() {
    if (this.waiting) return;                             // until the data of another set are there
    const selection = this.selection = this.widgets.read();
    if (this.#leaves(selection)) return;
    if (this.view && (selection.cases[0] ?? "") !== this.view.case) this.look.cell = null;
    this.view = viewOf(this.block, selection, this.look);
    const known = this.view.case && this.block.cases.some(item => item.code === this.view.case), name = known ? "hero" : "overview";
    this.list = chosen(this.block, this.view);
    this.screen = known ? "case" : this.look.screen;
    const {part} = this.block, wanted = {agenda: true, families: false}[this.screen] ?? part?.agenda;
    if (part && part.agenda !== wanted && this.face.wants) return this.face.wants(wanted);   // the agenda begins with cases of the whole service, families with their page
    if (this.block.isGlimpse && (this.screen !== "families" || this.view.members.length)) return this.face.waits?.();   // signals and members are on their way: nothing is said without them
    if (known) Object.assign(this.look, {lastCase: this.view.case, screen: "families"});   // a case that is left otherwise than by the menu
    this.picture = known ? casePicture(this.block, this.view) : overviewPicture(this.block, this.view);
    this.face.turn?.(name);
    if (known || this.screen === "families") {
      this.#frame(name);
      this.#patch(name, paint(this.picture.layers, this.inks[this.theme], this.zoom));
    }
    this.applied += 1;
    this.#tell(name);
  }
  #tell(name) {                                           // first what belongs to the picture; what is around it once the picture is painted
    const more = this.more = this.face.say?.(this, name) ?? (() => {}), turn = this.applied;
    requestAnimationFrame(() => {
      if (this.applied === turn) this.face.place?.(this, name);
      requestAnimationFrame(() => setTimeout(() => this.finish(more)));   // the next frame begins once this picture is on the screen
    });
    if (document.hidden || turn === 1) this.finish();     // nobody waits for this picture
    else setTimeout(() => this.finish(more), PATIENT_FOR_A_FRAME_MS);
  }
  finish(more = this.more) {                              // say now what is still to be said
    if (!more || this.more !== more) return;
    this.more = null;
    more();
  }
  #room(kind) {                                           // where a page crops its pictures, a frame that was once needed stays: a smaller one would be a new layout
    const needed = this.block.frames[kind];
    if (!needed || !this.face.bare || kind === "overview") return needed ?? [];
    const {roomWidth, roomHeight} = this.block.geometry, given = this.rooms[kind] ?? (this.block.isPart ? [roomWidth, roomHeight, 0] : needed);
    const room = needed.map((side, n) => Math.max(side, given[n])), isVast = room[0] * room[1] > VAST * Math.max(needed[0], roomWidth) * Math.max(needed[1], roomHeight);
    return this.rooms[kind] = isVast ? needed : room;     // one very long case does not make every later one slow to paint
  }
  #frame(name) {                                          // a new frame only for another axis, a larger case or size of screen, never for a filter
    const figure = this.widgets.figures[name], [width, height, head] = this.#room(name === "hero" && this.view.axis === "date" ? "date" : name);
    if (!figure) return;
    if (!this.leaned.has(figure) && lean(figure)) this.leaned.add(figure);
    if (width === undefined) return;
    if (figure.x_range.end !== width) figure.x_range.setv({end: width}, QUIET);
    const wide = Math.round(width * this.zoom), high = Math.round((height + head) * this.zoom);
    if (figure.y_range.start !== height) figure.y_range.setv({start: height}, QUIET);
    if (figure.frame_width !== wide || figure.frame_height !== high) figure.setv({frame_width: wide, frame_height: high}, QUIET);
  }
  #patch(name, layers) {
    for (const [layer, columns] of Object.entries(layers)) {
      const key = `${name}:${layer}`, now = JSON.stringify(columns), source = this.widgets.sources[name]?.[layer];
      if (source && now !== this.before[key]) { this.before[key] = now; source.setv({data: columns}, QUIET); }   // quiet: nothing goes to the server
    }
  }
  dress(theme, zoom) {
    this.theme = theme; this.zoom = zoom;
    const ink = this.inks[theme];
    for (const figure of Object.values(this.widgets.figures)) for (const renderer of figure.renderers) {
      if (renderer.name === "hatch") renderer.glyph.setv({hatch_color: ink["rule-2"]}, QUIET);
      if (renderer.name === "washes") renderer.glyph.setv({fill_color: ink["coded-wash"]}, QUIET);
      if (renderer.name === "round") renderer.glyph.setv({border_radius: Math.round(18 * zoom)}, QUIET);
    }
  }
  repaint() {                                             // equal data is no change to Bokeh: say it, so that text is measured again
    for (const layers of Object.values(this.widgets.sources)) for (const source of Object.values(layers)) source.change.emit();
  }
}

const section = (title, html, more = "") => html && `<section class="sec"><h2>${esc(title)} <span class="num small">${esc(more)}</span></h2>${html}</section>`;

function cellAgenda({block, list}) {                     // what the first page of the served board says
  const w = block.words, said = agendaHtml(block, list);
  return section(w.startTitle, said.talk + `<p class="small muted order">${esc(w.orderNote)}</p>` + said.how, said.count) + section(w.wellTitle, said.well && `<ul>${said.well}</ul>`);
}

function cellDossier({block, view, picture}) {           // what stands around the picture on the page of a case
  const w = block.words, said = dossierHtml(block, picture.number), own = ownLinesHtml(block, view, picture);
  return (said.lead && `<p class="say">${said.lead}</p>`) +
    section(w.ownTitle, own && `<div class="lines">${own}</div>` + howHtml(block, ["own_limits", "ceilings", "rating_trends"])) +
    section(w.purposeTitle, said.purpose) + section(w.triedTitle, said.tried) + section(w.threatTitle, said.threats) + section(w.linkTitle, said.links) +
    section(w.cardsTitle, said.cards && `<div class="cards">${said.cards}</div>`);
}

function notebookFace(widgets, model) {
  const say = (name, html) => widgets.outlets[name]?.setv({text: esc(html)}, QUIET);
  const display = String(globalThis.allianceDisplays = (globalThis.allianceDisplays ?? 0) + 1);
  const within = html => html && `<div data-display="${display}">${model.glyphs}${html}</div>`;
  return {
    picked: what => { model.picked = what; },
    start: engine => document.addEventListener("click", event => {   // a link to a case opens it here, and never leaves the notebook
      const path = event.composedPath(), link = path.find(part => part.dataset?.case);
      if (!link || !path.some(part => part.dataset?.display === display)) return;
      event.preventDefault();
      engine.openCase(link.dataset.case);
    }, true),
    say: (engine, name) => {
      const {block, view, picture} = engine, hero = name === "hero";
      say("count", esc(countLine(block, view, engine.list)));
      say("twin", within(hero ? twinTable(block, view, picture) : weekTable(block, view, picture)));
      say("agenda", hero ? "" : within(cellAgenda(engine)));
      say("dossier", hero ? within(cellDossier(engine)) : "");
      say("details", hero ? detailsHtml(block, view, picture) : "");
    },
    turn: name => {                                       // before the data: a figure that appears paints at once, and new data come in step by step
      for (const [key, figure] of Object.entries(widgets.figures)) {
        const visible = key === name;
        if (figure.visible !== visible) figure.setv({visible}, QUIET);
      }
    },
  };
}

function start(widgets, block, inks, face) {              // the same first picture in every face, and one patch however many widgets change
  const engine = new Engine(widgets, block, inks, face);
  face.start?.(engine);
  engine.apply();
  engine.repaint();
  let due = false;                                        // several widgets may change in one turn
  engine.later = () => { if (!due) { due = true; queueMicrotask(() => { due = false; engine.apply(); }); } };
  widgets.listen(engine.later);
  (globalThis.allianceBoards ??= []).push(engine);
  globalThis.dispatchEvent(new CustomEvent("alliance:ready"));
  return engine;
}

export async function render({model, view}) {
  if (model.fonts && !document.getElementById("alliance-fonts")) {
    const sheet = document.createElement("style");
    sheet.id = "alliance-fonts"; sheet.textContent = model.fonts; document.head.append(sheet);
  }
  await fontsReady();                                     // Bokeh keeps the text sizes of the first paint
  const widgets = new Widgets(view.model.document, model.options), face = notebookFace(widgets, model);
  const engine = start(widgets, model.block, model.inks, face);
  model.on?.("options", () => { widgets.options = model.options; engine.later(); });
  model.on?.("block", () => { engine.take(model.block); face.renewed?.(engine); engine.later(); });
}
export default {render};
