// The offline file: the page's own inputs stand in for Panel's widgets, and the figures come from the file.
class StillWidgets extends Widgets {
  constructor(document_, page) { super(document_, {}); this.page = page; }
  #inputs(name) { return [...this.page.querySelectorAll(`[data-still="${name}"] input, [data-still="${name}"] select`)]; }
  value(name) {
    const inputs = this.#inputs(name);
    if (!inputs.length) return undefined;
    if (inputs[0].type === "checkbox") return inputs.filter(input => input.checked).map(input => input.value).sort();
    if (inputs[0].type === "radio") return inputs.find(input => input.checked)?.value ?? "";
    return name === "members" ? inputs[0].value.split(",").filter(Boolean).sort() : inputs[0].value;
  }
  write(selection) {
    for (const name of [...Object.keys(selection), "case"]) {
      const wanted = name === "case" ? selection.cases?.[0] ?? "" : selection[name];
      if (name === "cases" || wanted === undefined) continue;
      for (const input of this.#inputs(name)) {
        if (input.type === "checkbox") input.checked = wanted.includes(input.value);
        else if (input.type === "radio") input.checked = input.value === wanted;
        else input.value = Array.isArray(wanted) ? wanted.join(",") : wanted;
      }
    }
    this.changed?.();
  }
  listen(changed) { this.changed = changed; this.page.addEventListener("change", event => { if (event.target.closest("[data-still]")) changed(); }); }
  offer(block, view) {                                    // only the scales of the instrument that is shown
    const scales = (block.families[view.family]?.scales ?? []).map(n => block.scales[n]);
    for (const input of this.#inputs("scale")) {
      input.closest("label").hidden = !scales.includes(input.value);
      input.checked = input.value === block.scales[view.scale];
    }
    for (const select of this.#inputs("instrument")) select.value = block.families[view.family]?.code ?? "";
  }
}

async function inflated(text) {                           // the columns of all tables end to end, as dashboard/panels/columns.py packs them
  const stream = new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

async function blockOf(text) {
  const block = JSON.parse(text("block")), bytes = await inflated(JSON.parse(text("columns")));
  let at = 0;
  for (const columns of Object.values(block.tables)) {
    for (const [name, [kind, size]] of Object.entries(columns)) columns[name] = new globalThis[kind + "Array"](bytes.slice(at, at += size));
  }
  return block;
}

async function still() {
  const onPaper = location.hash === "#print";             // the address is written anew below
  await fontsReady();
  const text = id => document.getElementById(id).textContent, documents = [], page = document.querySelector("[data-board]");
  for (const name of ["hero", "overview"]) documents.push(await Bokeh.embed.embed_item(JSON.parse(text(`item-${name}`)), `figure-${name}`));
  const joined = {roots: () => documents.flatMap(view => view.model ? [view.model] : [...view.roots ?? view].map(root => root.model))};
  const widgets = new StillWidgets(joined, page), face = pageFace(page, widgets, {});
  const say = face.say;
  face.say = (engine, name) => { widgets.offer(engine.block, engine.view); return say(engine, name); };
  const engine = start(widgets, await blockOf(text), JSON.parse(text("inks")), face);
  addEventListener("beforeprint", () => { engine.finish(); layPaper(page, engine); });
  if (onPaper) layPaper(page, engine);
}
still();
