// Fewer steps of Bokeh per change: what no picture of ours ever shows is not computed, and a text is measured once.
// Bokeh's views are no public interface: tests hold that the picture is the same with and without this file,
// and where a part is not found the picture is drawn the long way.
const NEVER_SHOWN = ["selection_glyph", "nonselection_glyph", "muted_glyph", "decimated_glyph"];   // nothing is selected or muted here
const MEASURED_AT_MOST = 5000, measured = new Map();      // font and text -> width, height, ascent

function sizeOf(label, measure) {
  const key = `${label.font}\n${label.text}`;
  let found = measured.get(key);
  if (!found) {
    const {width, height, metrics} = measure.call(label);
    found = {width, height, metrics, ascent: label._text_line(metrics).ascent};
    if (measured.size >= MEASURED_AT_MOST) measured.clear();
    if (document.fonts.check(label.font)) measured.set(key, found);
  }
  return found;
}

function leanLabel(label) {                               // one line of text, without outline, turned by its glyph
  const measure = label?._size, line = label?._text_line;
  if (!measure || !line || label.text.includes("\n")) return label;
  label.size = () => sizeOf(label, measure);
  label.paint = ctx => {
    ctx.fillStyle = label.color;
    ctx.font = label.font;
    ctx.textAlign = "left";
    ctx.textBaseline = "alphabetic";
    ctx.fillText(label.text, 0, sizeOf(label, measure).ascent);
  };
  return label;
}

function leanView(view) {
  const glyph = view?.glyph, idle = NEVER_SHOWN.map(name => view?.[name]), nothing = () => {};
  if (!glyph?.set_visuals || idle.some(other => !other?.set_data || other === glyph)) return;
  for (const other of idle) Object.assign(other, {set_data: async () => {}, set_visuals: nothing, after_visuals: nothing, map_data: nothing});
  view._update_masked_indices = () => glyph.mask_data();  // kept nowhere: to keep it would prepare every colour once more
  const build = glyph._build_labels;
  if (build) glyph._build_labels = async texts => (await build.call(glyph, texts)).map(leanLabel);
}

const unstyled = view => {                               // no sheet of ours dresses a figure: the style of the page is not asked for at every paint
  for (const visual of Object.values(view?.visuals ?? {})) if (visual?._get_css_value) visual._get_css_value = () => "";
};

function atOnce(view, painted) {                          // data that change in length are announced twice: they are prepared once, and painted when all layers are
  const update = view?.update_data;
  if (!update || !painted.repaint) return;
  let due = null;
  const prepare = async () => {
    due = null;
    try { await view.set_data(); view.request_paint(); } finally { painted.awaited -= 1; }
    if (!painted.awaited) painted.repaint();              // not within the frame that shows it: a short frame comes in time
  };
  view.update_data = event => {
    if (event) return update.call(view, event);
    if (!due) { painted.awaited += 1; due = Promise.resolve().then(prepare); }
    return due;
  };
}

export function lean(figure) {                           // whether the figure stands on the page, and its views are known
  const views = figure.document?.views_manager ?? globalThis.Bokeh?.index, shown = views?.find_one?.(figure);
  if (!shown) return false;
  const painted = {awaited: 0, repaint: shown.repaint?.bind(shown)};
  unstyled(shown);
  for (const view of shown.renderer_views?.values() ?? []) unstyled(view);
  for (const renderer of figure.renderers) {
    const view = shown.renderer_views?.get(renderer);
    leanView(view);
    atOnce(view, painted);
  }
  return true;
}
