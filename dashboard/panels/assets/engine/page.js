// The served page and the snapshot: outlets, chips, keys, address, theme. No words of its own.
function outlet(page, name, html) {
  const place = page.querySelector(`[data-outlet="${name}"]`);
  if (place && place.innerHTML !== html && place.dataset.said !== html) { place.innerHTML = html; place.dataset.said = html; }
}

export function deep(root, selector) {                    // Bokeh's widgets live in shadow roots
  const found = root.querySelector(selector);
  if (found) return found;
  for (const element of root.querySelectorAll("*")) if (element.shadowRoot) {
    const inner = deep(element.shadowRoot, selector);
    if (inner) return inner;
  }
  return null;
}

function dayInFocus() {                                   // the field for a day that somebody types into
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at?.type === "date" ? at : null;
}

const wordOf = box => box.closest("label")?.textContent;
function tickedAgain(ticked) {                            // with another set a list is drawn anew: whoever goes through it by keyboard stays where they are
  if (!ticked || document.activeElement !== document.body) return;
  [...ticked.list.querySelectorAll("input[type=checkbox]")].find(box => wordOf(box) === ticked.word)?.focus();
}

function onPaper(page, root, current, dark) {            // dark words would fade on paper; a canvas keeps its dark ink, on dark paper of its own
  const parts = () => page.querySelectorAll(".picture, .key"), names = Object.entries(dark);
  let theme;
  addEventListener("beforeprint", () => {
    if (theme !== undefined || current() !== "dark") return;
    theme = root.dataset.theme ?? "";
    for (const part of parts()) { part.classList.add("inked-dark"); for (const [name, ink] of names) part.style.setProperty(`--${name}`, ink); }
    root.dataset.theme = "light";
  });
  addEventListener("afterprint", () => {
    if (theme === undefined) return;
    for (const part of parts()) { part.classList.remove("inked-dark"); for (const [name] of names) part.style.removeProperty(`--${name}`); }
    if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
    theme = undefined;
  });
}

function crop(page, name, picture, head, zoom) {
  const box = page.querySelector(`[data-picture="${name}"] .crop`);
  box.style.setProperty("--crop", `${Math.ceil(picture.width * zoom)}px`);
  box.parentElement.style.setProperty("--wide", Math.ceil(picture.width * zoom));       // on paper it shrinks until no session is cut off
  box.parentElement.style.setProperty("--tall", Math.ceil(picture.height * zoom));      // and until no family stands on a page of its own
  box.style.height = `${Math.ceil((picture.height + head) * zoom)}px`;
}

function show(page, name) {                             // one screen at a time; what it needs above it comes along
  for (const part of page.querySelectorAll("[data-screen],[data-on]")) {
    const here = (part.dataset.screen ?? part.dataset.on).split(" ").includes(name);
    if (here === part.classList.contains("away")) part.classList.toggle("away", !here);
    if (here) part.removeAttribute("aria-hidden"); else part.setAttribute("aria-hidden", "true");
  }
  for (const link of page.querySelectorAll("[data-nav]")) {
    if (link.dataset.nav === name) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  }
}

function entitle(page, name) {
  const head = page.querySelector(`[data-screen="${name}"]`)?.getAttribute("aria-labelledby"), title = `${document.getElementById(head)?.textContent.trim()} · ${page.dataset.title}`;
  if (document.title !== title) document.title = title;
}

function moved(page) {                                    // on a phone names take less room, and the picture stands that much nearer
  return parseFloat(getComputedStyle(page.querySelector('[data-picture="hero"] .crop').firstElementChild).marginLeft) || 0;
}

function reveal(scroller, cell) {                         // keep the chosen cell in view of a narrow screen
  const left = cell.x, right = cell.x + cell.width, label = cell.label;
  if (left - label < scroller.scrollLeft) scroller.scrollLeft = left - label - 8;
  else if (right > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = right - scroller.clientWidth + 12;
}

function say(page, engine, name) {                       // with the picture, in the frame that shows it
  const {block, view, picture, list, selection} = engine, hero = name === "hero", labels = JSON.parse(page.dataset.labels);
  page.querySelector("main").removeAttribute("aria-busy");
  outlet(page, "count", esc(countLine(block, view, list)));
  outlet(page, "chips", chipsHtml(block, selection, labels));
  crop(page, name, picture, hero ? block.geometry.head : block.geometry.weekHead, engine.zoom);
  if (hero) {
    const head = caseHead(block, view);
    outlet(page, "title", head.title); outlet(page, "facts", head.facts); outlet(page, "others", head.others);
    outlet(page, "labels", rowLabels(block, picture, false) + laneLabels(block, view, picture));
    outlet(page, "caseEmpty", picture.rows.length ? "" : esc(block.words.noFormsCase));
    page.querySelector("[data-needs-forms]").hidden = !picture.rows.length;
  } else if (engine.screen === "families") {
    outlet(page, "weekLabels", rowLabels(block, picture, true));
    outlet(page, "empty", list.length ? "" : esc(block.words.nothing));
    page.querySelector('[data-picture="overview"]').hidden = !list.length || !block.hasDates;
  }
  const family = block.families[view.family], steps = block.keys[`${family?.code}:${hero ? view.scale : family?.default}`] ?? [];
  outlet(page, hero ? "key" : "weekKey", keyHtml(steps));
  outlet(page, hero ? "keyWords" : "weekKeyWords", esc(steps[0]?.look >= 20 ? block.words.keyZero : block.words.keyScore));
  if (engine.screen === "agenda") sayAgenda(page, engine);
  if (engine.screen === "threats") sayThreats(page, engine);
  if (page.dataset.screenNow !== engine.screen) { show(page, engine.screen); page.dataset.screenNow = engine.screen; }
  entitle(page, engine.screen);
}

function sayMore(page, engine, name) {                   // around and below the picture, once it is painted
  const {block, view, picture, list, selection} = engine;
  if (name === "hero") {
    outlet(page, "twin", twinTable(block, view, picture));
    outlet(page, "details", detailsHtml(block, view, picture));
    outlet(page, "tried", triedHtml(block, picture));
    sayCase(page, engine);
    outlet(page, "hidden", picture.hidden ? esc(filled(block.words.earlierHidden, {count: picture.hidden})) : "");
  } else if (engine.screen === "families") {
    outlet(page, "weekTwin", weekTable(block, view, picture));
    sayPaging(page, block.hasDates || block.part ? pagingHtml(block, picture) : "");
    outlet(page, "caseList", block.hasDates ? "" : list.slice(0, 400).map(n => `<li><a href="?case=${esc(block.cases[n].code)}" data-case="${esc(block.cases[n].code)}">${esc(block.cases[n].code)}</a> <small>${esc(block.cases[n].who)}${block.cases[n].families.length ? "" : `, ${esc(block.words.noForm)}`}</small></li>`).join(""));
  }
  const query = toQuery(selection);
  const exact = `${query ? `${query}&` : ""}generation=${page.dataset.generation}`;   // a file never holds other data than the page
  for (const link of page.querySelectorAll("a[data-download]")) link.href = `${link.dataset.download}?${exact}`;
  marked(page, view);
}

function sayPaging(page, html) {                         // whoever turns pages by keyboard stays where they are
  const place = page.querySelector("[data-outlet=paging]"), at = place.contains(document.activeElement) ? document.activeElement : null;
  outlet(page, "paging", html);
  if (!at || place.contains(at)) return;
  const same = at.dataset.page && place.querySelector(`[data-page="${at.dataset.page}"]:not(:disabled)`);
  (same || place.querySelector("[data-goto]") || place.querySelector("button:not(:disabled)"))?.focus();
}

const keyHtml = steps => steps.map(step =>
  `<span class="step" style="--w:${step.width}"><i class="s${step.look}"></i>${step.edge ? `<em>${esc(step.edge)}</em>` : ""}</span>`).join("");

function marked(page, view) {
  const cells = page.querySelectorAll("[data-outlet=twin] [data-cell]");
  const wanted = view.cell ? view.cell.join(",") : cells[0]?.dataset.cell;
  for (const cell of cells) {
    const here = cell.dataset.cell === wanted;
    cell.tabIndex = here ? 0 : -1;
    if (here && view.cell) cell.setAttribute("aria-current", "true"); else cell.removeAttribute("aria-current");
  }
}

function narrowSetAside(page) {                           // rows of one file or one rule
  const wanted = [...page.querySelectorAll("[data-aside]")].map(list => [list.dataset.aside, list.value]);
  for (const row of page.querySelectorAll("tr[data-rule]")) row.hidden = wanted.some(([name, value]) => value && row.dataset[name] !== value);
}
const IN_ADDRESS = ["families", "threats", "data"];     // the agenda needs no word, and a case is its code
const pageOf = query => Math.max(Math.round(Number(new URLSearchParams(query).get("page")) || 1) - 1, 0);
const screenOf = query => { const name = new URLSearchParams(query).get("screen"); return IN_ADDRESS.includes(name) ? name : "agenda"; };
const ARROWS = {ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0]};

const LOOK = "alliance-look";
function keepLook(root, engine) {                         // what the address does not hold, over the loading of newer data
  const {look, view, picture} = engine, row = look.cell && picture.rows[look.cell[0]], column = look.cell && picture.columns.find(c => c.col === look.cell[1]);
  const cell = view.case && row && column ? {case: view.case, label: row.label, member: row.member, no: column.no} : null;
  try { sessionStorage.setItem(LOOK, JSON.stringify({theme: root.dataset.theme, mode: root.dataset.mode, cell})); } catch { /* the address is kept all the same */ }
}
function keptLook() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(LOOK) ?? "{}");
    sessionStorage.removeItem(LOOK);
    return kept;
  } catch { return {}; }
}
function pickAgain(engine, cell) {                        // the same member and session, wherever they stand now
  if (!cell || engine.screen !== "case" || engine.view.case !== cell.case) return;
  const r = engine.picture.rows.findIndex(row => row.label === cell.label && row.member === cell.member), column = engine.picture.columns.find(c => c.no === cell.no);
  if (r >= 0 && column) engine.pick([r, column.col]);
}

export function pageFace(page, widgets, model) {
  let ticked = null, engine, restoring = false, first = true, typed = null, wanted = null, going = null;
  const waits = () => page.querySelector("main").setAttribute("aria-busy", "true");
  const asks = what => { waits(); model.asked = {...what, turn: (model.asked?.turn ?? 0) + 1}; };
  const asked = new URLSearchParams(location.search).get("lang") ? page.lang : "";   // the language stays in the address, as a code
  const change = next => widgets.write({...engine.selection, ...next});
  const address = again => {                              // whether the step before is only put right
    const screen = IN_ADDRESS.includes(engine.screen) ? `screen=${engine.screen}` : "";
    const at = screen === "screen=families" ? going ?? engine.picture.page : 0;
    const query = [asked ? `lang=${asked}` : "", screen, at ? `page=${at + 1}` : "", toQuery(engine.selection)].filter(Boolean).join("&");
    const url = location.pathname + (query ? `?${query}` : "");
    if (url === location.pathname + location.search) return;
    const day = dayInFocus(), digit = day !== null && day === typed;   // each digit of a year is a change: one step to undo
    typed = day;
    if (again || digit) history.replaceState(null, "", url); else history.pushState(null, "", url);
  };
  const entered = then => {                               // the place a link speaks of, once the case is shown
    page.querySelector("[data-outlet=title]")?.focus();
    if (then) queueMicrotask(() => requestAnimationFrame(() => { engine.finish(); page.querySelector(`[data-part="${then}"]`)?.scrollIntoView(); }));
  };
  const visit = name => {
    const code = engine.view.case || engine.look.lastCase || block_first(engine);
    if (name === "agenda") askDecisions(page, engine);
    if (name !== "case") engine.visit(name);
    else if (code) engine.openCase(code);
    requestAnimationFrame(() => { scrollTo(0, 0); page.querySelector(`[data-nav="${engine.screen}"]`)?.focus(); });
  };
  const keys = event => {
    const by = stepsCase(event), code = by && engine.screen === "case" ? neighbour(engine, by) : "";
    if (code) { event.preventDefault(); engine.openCase(code); return; }
    const step = ARROWS[event.key], table = event.target.closest?.("[data-outlet=twin]"), hero = event.target.closest?.('[data-picture="hero"]');
    if (!step || !(table || hero)) return;
    event.preventDefault();
    engine.move(...step);
    engine.finish();
    if (table) page.querySelector(`[data-outlet=twin] [data-cell="${engine.look.cell.join(",")}"]`)?.focus();
  };
  const clicks = event => {
    const target = event.target.closest("[data-case],[data-remove],[data-action],[data-page],[data-cell],[data-nav]");
    if (!target) return;
    const {case: code, remove, action, page: go, cell, nav} = target.dataset;
    if (code !== undefined) { event.preventDefault(); engine.openCase(code); entered(target.dataset.then); }
    else if (nav || action === "back") { event.preventDefault(); visit(nav ?? "families"); }
    else if (remove) {
      const [kind, gone] = remove.split(":"), was = engine.selection[kind];
      change({[kind]: Array.isArray(was) ? was.filter(item => item !== gone) : ""});
      requestAnimationFrame(() => (page.querySelector("[data-outlet=chips] .chip") ?? page.querySelector("[data-action=reset]")).focus());
    } else if (action === "reset") change({...emptySelection(), cases: engine.selection.cases, instrument: engine.selection.instrument, scale: engine.selection.scale, axis: engine.selection.axis});
    else if (action === "theme" || action === "meeting") dress(action);
    else if (go) { const [name, by] = go.split(":"); turn(name, (name === "page" ? engine.picture.page : engine.look[name]) + Number(by)); }
    else if (cell) engine.pick(cell.split(",").map(Number));
  };
  const turn = (name, to) => {                            // a page that is not held is fetched
    going = null;
    if (name === "page" && engine.block.part) {
      to = Math.min(Math.max(to, 0), engine.block.part.pages - 1);
      if (to !== engine.block.part.page) asks({page: to});
    } else { engine.look[name] = Math.max(0, to); engine.apply(); }
  };
  const goBack = () => {                                  // to the page of families that the address names
    const to = pageOf(location.search), {part, isPart} = engine.block, sought = fromQuery(location.search), filters = selection => toQuery({...selection, cases: []});
    engine.look.page = to;
    if (!isPart || engine.look.screen !== "families" || sought.cases.length) return;
    going = part?.page === to && !part.agenda && filters(sought) === filters(engine.selection) ? null : to;
    model.asked = {agenda: false, page: to, turn: (model.asked?.turn ?? 0) + 1};
  };
  const root = document.documentElement;
  const dress = action => {
    if (action === "theme") root.dataset.theme = current() === "dark" ? "light" : "dark";
    if (action === "meeting") { if (root.dataset.mode === "meeting") delete root.dataset.mode; else root.dataset.mode = "meeting"; }
    wear(); engine.apply();
  };
  const current = () => root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  const wear = () => {
    const meeting = root.dataset.mode === "meeting";
    root.style.setProperty("--zoom", meeting ? 1.45 : 1);
    engine.dress(current(), meeting ? 1.45 : 1);
    for (const [action, on] of [["theme", current() === "dark"], ["meeting", meeting]]) page.querySelector(`[data-action=${action}]`)?.setAttribute("aria-pressed", String(on));
  };
  return {
    bare: true,                                           // the page writes the names of the rows itself: they stay when the picture scrolls
    picked: what => { model.picked = what; },
    waits,
    asks,
    wants: agenda => {
      if (wanted !== agenda) asks({agenda, page: going ?? 0});
      wanted = agenda;
    },
    say: (it, name) => {
      say(page, it, name);
      const again = first || restoring;
      return () => { sayMore(page, it, name); address(again); };
    },
    place: (it, name) => {                                // what is new or chosen comes into view in the frame that shows it
      const hero = name === "hero", shown = it.screen + it.view.case;
      if (it.look.cell && hero) {
        const n = it.picture.columns.findIndex(c => c.col === it.look.cell[1]), g = it.block.geometry;
        if (n >= 0) reveal(page.querySelector('[data-picture="hero"]'), {x: (g.label + g.column * n) * it.zoom + moved(page), width: g.cell * it.zoom, label: page.querySelector(".labels").offsetWidth});
      } else if (page.dataset.shown !== shown) {
        const box = page.querySelector(`[data-picture="${name}"]`);
        box.scrollLeft = box.scrollWidth;                 // narrow screens open at the newest session or week
      }
      if (page.dataset.shown !== shown) page.dataset.shown = shown;
    },
    start: it => {
      engine = it;
      engine.look.screen = screenOf(location.search);
      engine.look.page = pageOf(location.search);
      root.lang = page.lang;
      const kept = keptLook();
      for (const name of ["theme", "mode"]) if (kept[name]) root.dataset[name] = kept[name];
      wear();
      onPaper(page, root, current, engine.inks.dark);
      page.addEventListener("click", clicks);
      page.querySelector("[data-reload]")?.addEventListener("click", () => keepLook(root, engine));
      document.addEventListener("keydown", keys);        // a page that has just been opened has no focus within
      page.addEventListener("change", event => { 
        if (event.target.closest?.("[data-aside]")) narrowSetAside(page);
        if (event.target.closest?.("[data-goto]")) turn("page", Math.round(Number(event.target.value) || 1) - 1);
      });
      addEventListener("popstate", () => { restoring = true; engine.look.screen = screenOf(location.search); goBack(); widgets.write(fromQuery(location.search)); engine.later(); queueMicrotask(() => queueMicrotask(() => { restoring = false; })); });
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { wear(); engine.apply(); });
      for (const name of ["from", "to"]) { const host = page.querySelector(`[data-widget="${name}"]`), input = host && deep(host, "input"); if (input) input.type = "date"; }
      document.addEventListener("keydown", event => {   // a list that was drawn anew may have lost the focus
        const at = event.target.closest?.(".filters details[open]") ?? (event.target === document.body ? page.querySelector(".filters details[open]") : null);
        if (event.key === "Escape" && at) { at.open = false; at.querySelector("summary").focus(); }
      });
      page.addEventListener("click", event => { const box = event.composedPath()[0]; if (box.type === "checkbox") ticked = {list: box.getRootNode(), word: wordOf(box)}; });
      document.addEventListener("click", event => { for (const open of page.querySelectorAll(".filters details[open]")) if (!event.composedPath().includes(open)) open.open = false; });
      warmTherapists(page, engine, model);
      page.dataset.state = "ready";
      page.querySelector(".failed").hidden = true;
      queueMicrotask(() => { first = false; pickAgain(engine, kept.cell); askDecisions(page, engine); });
      watch(page);
    },
    renewed: it => { requestAnimationFrame(() => tickedAgain(ticked)); it.look.page = 0; wanted = null; if (it.block.part?.page === going) going = null; if (page.dataset.state !== "ready") page.dataset.state = "ready"; },
  };
}
const RESTS_MS = 60;                                      // longer than a pointer takes to cross a name
function warmTherapists(page, engine, model) {            // whoever rests on a name is likely to choose it
  let resting, before = "";
  const rests = event => {
    const box = event.composedPath().map(part => part.querySelector?.("input[type=checkbox]") ?? part).find(part => part.type === "checkbox");
    clearTimeout(resting);
    const code = box && engine.widgets.options.therapists?.[Number(box.value)];
    if (!code || !engine.block.isPart) return;
    resting = setTimeout(() => {
      const now = engine.selection.therapists, others = now.filter(other => other !== code);
      const likely = now.includes(code) ? [others] : others.length ? [[code], [...others, code]] : [[code]];   // who changes from one to another passes by both of them, and ends there
      if (JSON.stringify(likely) === before) return;
      before = JSON.stringify(likely);
      model.asked = {likely, turn: (model.asked?.turn ?? 0) + 1};
    }, RESTS_MS);
  };
  const place = page.querySelector("[data-widget=therapists]");
  for (const kind of ["pointerover", "focusin"]) place?.addEventListener(kind, rests);
}
const block_first = engine => engine.block.cases[engine.list[0]]?.code;

function watch(page) {                                    // is the server there, has it newer data, what stands in their way?
  const url = page.dataset.alive;
  if (!url) return;
  const banner = name => page.querySelector(`[data-banner=${name}]`), newer = banner("newer"), dated = newer.querySelector("[data-says]");
  const onDay = text => new Date(`${text}T00:00`).toLocaleDateString(page.lang === "en" ? "en-GB" : page.lang, {day: "numeric", month: "short", year: "numeric"});
  const said = (place, text) => { if (place.textContent !== text) place.textContent = text; };   // read out once, not every time
  const ask = async () => {
    try {
      const answer = await (await fetch(url, {cache: "no-store"})).json();
      banner("lost").hidden = true;
      if (answer.day) said(dated, filled(dated.dataset.says, {day: onDay(answer.day)}));
      newer.hidden = String(answer.generation) === page.dataset.generation;
      for (const name of ["stale", "pending"]) {
        said(banner(name), answer[name] ? filled(banner(name).dataset.says, {reason: answer[name]}) : "");
        banner(name).hidden = !answer[name];
      }
    } catch { banner("lost").hidden = false; }
  };
  setInterval(ask, 4000);
}
