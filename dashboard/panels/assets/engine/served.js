// The served page: figures and data come by addresses of their own, Panel's widgets over the web socket.
const PATIENT_MS = 10;
const fetched = async address => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} for the data of the page`);
  return answer.text();
};
const shown = then => requestAnimationFrame(() => setTimeout(then));   // what is seen first goes before the rest
const widgetsThere = () => new Promise(done => {          // Bokeh says to nobody that its document has come
  const look = () => {
    const found = (globalThis.Bokeh?.documents ?? []).find(one => one.roots().some(root => root.tags?.includes("engine:told")));
    if (found?.is_idle) done(found); else setTimeout(look, PATIENT_MS);
  };
  look();
});

export class Wire {                                       // what Python and the page tell each other: two hidden fields
  constructor(document_) {
    for (const root of document_.roots()) for (const tag of root.tags ?? []) if (tag.startsWith("engine:")) this[tag.slice(7)] = root;
  }
  get said() { return JSON.parse(this.told.value); }
  set picked(what) { this.heard.setv({value: JSON.stringify({picked: what})}); }
  set asked(what) { this.last = what; this.heard.setv({value: JSON.stringify({asked: what})}); }
  get asked() { return this.last; }
  listen(changed) { this.told.properties.value.change.connect(() => changed(this.said)); }
}

async function served(page) {
  const names = ["hero", "overview"], whole = page.dataset;
  const [document_, figures, block] = await Promise.all([widgetsThere(), fetched(whole.figures), fetched(whole.block), fontsReady()]);
  const given = JSON.parse(figures), views = [];
  for (const name of names) views.push(await Bokeh.embed.embed_item(given[name], `figure-${name}`));
  const drawn = views.flatMap(view => view.model ? [view.model] : [...view.roots ?? view].map(root => root.model));
  const wire = new Wire(document_), joined = {roots: () => [...document_.roots(), ...drawn]};
  const widgets = new Widgets(joined, wire.said.options), face = pageFace(page, widgets, wire);
  const engine = start(widgets, block, given.inks, face);
  let held = whole.block;
  wire.listen(async ({options, block: wanted, whom, data}) => {   // what somebody waits for comes along
    widgets.options = options;
    if (whom) engine.heldFor = JSON.stringify(whom);
    if (wanted === held) { engine.later(); return; }
    held = wanted;
    engine.waiting = true;                                // the widgets speak of another set already
    if (!data && !engine.block.isGlimpse) face.waits();   // the rest of what is seen keeps nobody waiting
    const next = data ?? await fetched(wanted).catch(() => "");
    if (held !== wanted) return;                          // yet another one was asked for meanwhile
    engine.waiting = false;
    if (!next) { failed(page); return; }
    engine.take(next);
    face.renewed?.(engine);
    engine.later();
    if (engine.block.isGlimpse) shown(() => { if (held === wanted) wire.asked = {rest: true, turn: (wire.asked?.turn ?? 0) + 1}; });
  });
}
const failed = page => { page.dataset.state = "failed"; page.querySelector(".failed").hidden = false; };
if (document.querySelector("[data-board][data-block]")) served(document.querySelector("[data-board]")).catch(error => { failed(document.querySelector("[data-board]")); throw error; });
