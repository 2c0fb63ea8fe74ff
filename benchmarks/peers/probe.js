// Knows when the picture or the count line of a page moved last, whoever made the page.
(() => {
  const probe = globalThis.lineProbe = {moved: false, painted: 0, began: 0, looks: true};
  const LINE = /^(no forms|\d+ forms? · \d+ famil|Nothing selected)/;
  let place = null;
  probe.start = () => { lookOn(); probe.began = performance.now(); };

  const canvas = CanvasRenderingContext2D.prototype;
  for (const name of ["fill", "stroke", "fillRect", "clearRect", "fillText", "drawImage", "putImageData"]) {
    const draw = canvas[name];
    canvas[name] = function (...given) { probe.moved = true; return draw.apply(this, given); };
  }
  probe.line = () => {
    const said = place?.isConnected ? place.textContent.trim() : "";
    if (LINE.test(said)) return said;
    const found = document.evaluate("//body//text()[contains(., 'form') or contains(., 'Nothing')]", document, null, 7);
    for (let i = 0; i < found.snapshotLength; i += 1) {
      const text = found.snapshotItem(i);
      if (!LINE.test(text.data.trim())) continue;
      place = text.parentElement;
      return place.textContent.trim();
    }
    return "";
  };
  const matters = ({target}) => {
    const at = target.nodeType === 1 ? target : target.parentElement;
    return at?.closest(globalThis.lineProbePicture) || (place && (at === place || at?.contains(place)));
  };
  new MutationObserver(records => { if (records.some(matters)) probe.moved = true; }).observe(
    document, {subtree: true, childList: true, characterData: true, attributes: true});
  const frame = () => {
    if (probe.moved) { probe.moved = false; probe.painted = performance.now(); }
    if (probe.looks) requestAnimationFrame(frame);
  };
  const lookOn = () => { if (!probe.looks) { probe.looks = true; probe.moved = false; requestAnimationFrame(frame); } };
  requestAnimationFrame(frame);

  const says = wanted => { const line = probe.line(); return line === wanted || line.startsWith(`${wanted} · `); };
  probe.done = (wanted, quiet, limit) => new Promise(tell => {
    const asked = performance.now();
    const look = () => {
      const now = performance.now(), {painted, began} = probe;
      const drawn = document.querySelector(globalThis.lineProbeDrawn);
      if (drawn && painted > began && now - painted >= quiet && says(wanted)) {
        probe.looks = false;                                // a page nobody looks at draws no frame beside those that are measured
        tell({ms: painted - began, epoch: performance.timeOrigin + painted});
      } else if (now - asked > limit) tell({ms: null, line: probe.line()});
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
})();
