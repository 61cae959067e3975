// Makes the pages quicker to use; each of them is complete without this file.
"use strict";

const SUGGEST_AFTER_MS = 120; // long enough not to ask for every letter of a fast typist

// "/" goes to the search box
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select")) return;
  const box = document.getElementById("q");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// Suggestions under the search box (an ARIA combobox)
function suggest(box) {
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.labels[0].textContent);
  box.form.append(list);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");
  let chosen = -1;
  let timer = 0;
  let typed = box.value;

  function show(suggestions) {
    chosen = -1;
    box.removeAttribute("aria-activedescendant");
    list.replaceChildren(
      ...suggestions.map(({ text, count }, number) => {
        const item = document.createElement("li");
        item.id = `suggestion-${number}`;
        item.textContent = text;
        item.dataset.count = count.toLocaleString(document.documentElement.lang);
        item.lang = "vi";
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        return item;
      }),
    );
    list.hidden = suggestions.length === 0;
    box.setAttribute("aria-expanded", String(!list.hidden));
  }

  function choose(number) {
    chosen = number;
    for (const [position, item] of [...list.children].entries()) item.setAttribute("aria-selected", String(position === chosen));
    if (chosen < 0) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", `suggestion-${chosen}`);
    box.value = chosen < 0 ? typed : list.children[chosen].textContent;
  }

  async function ask() {
    const text = box.value.trim();
    if (!text) return show([]);
    try {
      const response = await fetch(`${box.dataset.suggest}?${new URLSearchParams({ q: text })}`);
      if (!response.ok || box.value.trim() !== text) return;
      const { suggestions } = await response.json();
      if (document.activeElement === box) show(suggestions);
    } catch {
      show([]); // no connection: the box works without suggestions
    }
  }

  box.addEventListener("input", () => {
    typed = box.value;
    clearTimeout(timer);
    timer = setTimeout(ask, SUGGEST_AFTER_MS);
  });
  box.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return; // Vietnamese input methods use the arrows, too
    const count = list.children.length;
    if (event.key === "ArrowDown") choose(chosen + 1 < count ? chosen + 1 : -1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? count - 1 : chosen - 1);
    else if (event.key === "Escape") {
      choose(-1);
      show([]);
    } else return;
    event.preventDefault();
  });
  box.addEventListener("blur", () => setTimeout(() => show([]), 150)); // a click on the list comes after the blur
  list.addEventListener("mousedown", (event) => {
    const item = event.target.closest("li");
    if (!item) return;
    event.preventDefault();
    box.value = item.textContent;
    box.form.requestSubmit();
  });
}

// Facets, sorting and paging without loading the whole page again
let loading = new AbortController();
let shown = location.pathname + location.search;
const home = new URL(document.querySelector("form.search")?.action ?? "/", location.href).pathname; // "/", or below a folder

async function load(address, push) {
  const main = document.getElementById("main");
  loading.abort(); // of two clicks the later one counts, whichever answer comes first
  const own = (loading = new AbortController());
  main.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, { signal: own.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("main");
    if (!response.ok || !fresh) throw new Error(response.statusText);
    const sheet = main.querySelector(".facets:target, .facets.open");
    const focused = main.contains(document.activeElement) ? nameOf(document.activeElement) : "";
    const open = new Set([...main.querySelectorAll("section details[open]")].map(placeOf));
    main.replaceChildren(...fresh.childNodes);
    for (const details of main.querySelectorAll("section details")) details.open ||= open.has(placeOf(details));
    if (sheet) document.getElementById("facets")?.classList.add("open");
    if (focused) refocus(focused, main);
    document.querySelector("header .search")?.replaceWith(page.querySelector("header .search"));
    document.title = page.title;
    const feed = 'link[type="application/atom+xml"]';
    document.querySelector(feed)?.replaceWith(page.querySelector(feed) ?? "");
    document.getElementById("announcement").textContent = document.getElementById("count")?.textContent ?? "";
    if (push) history.pushState({}, "", address);
    shown = location.pathname + location.search;
    enhance(document);
  } catch {
    if (!own.signal.aborted) location.assign(address);
  } finally {
    if (own === loading) main.removeAttribute("aria-busy");
  }
}

function placeOf(details) {
  return `${details.closest("section").id} ${details.className}`;
}

// The link that was followed has a successor of the same name in the same place; else the number of results is read out
function nameOf(link) {
  const place = link.closest("section[id], nav, ul, ol, aside");
  const label = link.querySelector(".label, title, text") ?? link;
  return `${place?.id || place?.className} ${label.textContent.split(":")[0].trim()}`;
}

function refocus(name, main) {
  const successor = [...main.querySelectorAll("a")].find((link) => nameOf(link) === name && link.getClientRects().length);
  (successor ?? document.getElementById("count"))?.focus({ preventScroll: true });
}

// The filters of a phone are a sheet: it closes with its button, with Esc, and with a touch outside of it
function closeSheet() {
  const sheet = document.querySelector(".facets:target, .facets.open");
  if (!sheet) return;
  sheet.classList.remove("open");
  if (location.hash === "#facets") location.replace("#count");
  document.getElementById("count")?.focus({ preventScroll: true });
}
document.addEventListener("keydown", (event) => event.key === "Escape" && closeSheet());
document.addEventListener("click", (event) => {
  if (event.target.closest(".to-facets")) {
    event.preventDefault(); // as the page's address it would come back with every filter
    const sheet = document.getElementById("facets");
    sheet.classList.add("open");
    sheet.focus({ preventScroll: true });
  } else if (event.target.closest(".done a")) {
    event.preventDefault();
    closeSheet();
  }
  else if (event.target.isConnected && !event.target.closest(".facets, .to-facets")) document.querySelector(".facets.open")?.classList.remove("open");
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-live] a");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const address = new URL(link.getAttribute("href"), location.href);
  if (address.origin !== location.origin || address.pathname !== home || address.hash) return;
  event.preventDefault();
  const paging = link.closest(".pager");
  load(address.href, true).then(() => paging && scrollTo(0, 0));
});
addEventListener("popstate", () => {
  const address = location.pathname + location.search;
  if (location.pathname === home && address !== shown) load(location.href, false); // else only the place in it changed
});

// Drawing over several bars of a histogram asks for their time
function barAt(event, chart) {
  const bar = document.elementFromPoint(event.clientX, event.clientY)?.closest(".histogram a");
  return bar?.parentElement === chart ? bar : null;
}

function between(bar, other) {
  const bars = [...bar.parentElement.querySelectorAll("a")];
  const [first, last] = [bars.indexOf(bar), bars.indexOf(other)].sort((a, b) => a - b);
  return bars.slice(first, last + 1);
}

document.addEventListener("pointerdown", (event) => {
  const start = event.target.closest(".histogram a");
  if (!start || event.button) return;
  const chart = start.parentElement;
  const show = (bars) => {
    for (const bar of chart.querySelectorAll("a")) bar.classList.toggle("drawn", bars.includes(bar));
  };
  const move = (event) => {
    const end = barAt(event, chart);
    show(end && end !== start ? between(start, end) : []);
  };
  const stop = (event) => {
    document.removeEventListener("pointermove", move);
    document.removeEventListener("pointerup", stop);
    document.removeEventListener("pointercancel", stop);
    const end = event.type === "pointerup" ? barAt(event, chart) : null;
    show([]);
    if (!end || end === start) return; // a click follows the link
    const bars = between(start, end);
    const address = new URL(start.getAttribute("href"), location.href);
    for (const name of ["year", "from", "to", "page"]) address.searchParams.delete(name);
    address.searchParams.set("from", bars[0].dataset.first);
    address.searchParams.set("to", bars.at(-1).dataset.last);
    if (chart.closest("[data-live]")) load(address.href, true);
    else location.assign(address.href);
  };
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", stop);
  document.addEventListener("pointercancel", stop);
});
document.addEventListener("dragstart", (event) => event.target.closest?.(".histogram") && event.preventDefault());

// A button that copies the citation
function copyButton(source) {
  const button = document.createElement("button");
  button.className = "copy";
  button.type = "button";
  button.textContent = document.documentElement.lang === "en" ? "Copy" : "Chép";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = document.documentElement.lang === "en" ? "Copied" : "Đã chép";
  });
  source.after(button);
}

function enhance(root) {
  const box = root.querySelector("[data-suggest]:not([role])");
  if (box) suggest(box);
  for (const source of root.querySelectorAll("#citation, #bibtex")) {
    if (!source.nextElementSibling?.classList.contains("copy")) copyButton(source);
  }
}
enhance(document);
