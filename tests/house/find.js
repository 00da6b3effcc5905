/* Search without a server: the index is a script beside the pages, and words are looked for as they stand in a text. */
(() => {
  const MOST = 50, AROUND = 60;
  const here = document.currentScript.src;
  const beside = (name) => new URL(name, here).href;

  if (location.protocol === "file:") {
    // the theme's own search asks for its index, which browsers refuse to pages opened from files
    document.addEventListener("click", (event) => {
      if (!event.target.closest(".md-search, [for=__search]")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      location.href = beside("find.html");
    }, true);
  }

  const box = document.getElementById("find");
  if (!box) return;
  const list = document.getElementById("found");
  const index = document.createElement("script");
  index.src = beside("find-index.js");
  index.onload = show;
  document.head.append(index);
  box.addEventListener("input", show);

  function show() {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const all = (window.FIND || []).map(([place, title, text]) => ({place, title, text}));
    const holds = (words.length && all.filter((one) => {
      const whole = `${one.title} ${one.text}`.toLowerCase();
      return words.every((word) => whole.includes(word));
    })) || [];
    const named = (one) => words.some((word) => one.title.toLowerCase().includes(word)) ? 0 : 1;
    holds.sort((a, b) => named(a) - named(b));
    list.replaceChildren(...holds.slice(0, MOST).map((one) => line(one, words[0])));
    document.getElementById("count").textContent = words.length ? `${holds.length} places` : "";
  }

  function line(one, word) {
    const link = Object.assign(document.createElement("a"), {href: beside(one.place), textContent: one.title});
    const at = Math.max(one.text.toLowerCase().indexOf(word), 0);
    const row = document.createElement("li");
    row.append(link, ` ${one.text.slice(Math.max(at - AROUND, 0), at + AROUND)}`);
    return row;
  }
})();
