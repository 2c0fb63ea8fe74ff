// Sets a widget of the board as a choice in it does; given are the kind of choice and its value.
// A long list offers only what is searched for: the code is looked for first, off the clock.
// With a third word the pointer only comes to rest on the name, and the answer is whether it did.
async ([kind, value, rests]) => {
  const tag = {therapist: "select:therapists", threat: "select:threats", case: "select:case"}[kind];
  const label = {
    lack_of_trust: "Lack of trust",
    goal_misalignment: "Misalignment of goals",
    resistance_to_change: "Resistance to change",
  }[value] ?? value;
  const tagged = name => [...Bokeh.documents[0]._all_models.values()].find(one => one.tags?.includes(name));
  const finder = tagged(tag.replace("select:", "find:"));
  const place = () => tagged(tag).labels?.indexOf(label);
  const until = performance.now() + 20_000;
  const there = async found => {
    while (!found()) {
      if (performance.now() > until) throw new Error(`The board does not offer ${kind} ${value}.`);
      await new Promise(requestAnimationFrame);
    }
    return found();
  };
  if (finder && place() < 0) finder.value_input = value;
  if (value) await there(() => !(place() < 0));
  if (rests) {
    if (kind !== "therapist") return false;
    const within = root => [...root.querySelectorAll("*")].flatMap(one =>
      one.matches("input[type=checkbox]") ? [one] : one.shadowRoot ? within(one.shadowRoot) : []);
    const boxes = () => within(document.querySelector("[data-widget=therapists]"));
    const box = await there(() => boxes().find(one => one.closest("label")?.textContent.trim() === label));
    box.dispatchEvent(new PointerEvent("pointerover", {bubbles: true, composed: true}));
    return true;
  }
  const widget = tagged(tag);
  lineProbe.start();
  if (kind === "case") widget.value = value;
  else if (widget.active !== undefined) widget.active = value ? [place()] : [];
  else widget.value = value ? [value] : [];
}
