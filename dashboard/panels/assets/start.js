// Says so when the picture does not come: an endless "loading" tells a person nothing.
const PATIENCE = 20000;
setTimeout(() => {
  const page = document.querySelector("[data-board]");
  if (!page || page.dataset.state !== "loading") return;
  page.dataset.state = "failed";
  page.querySelector(".failed").hidden = false;
}, PATIENCE);
