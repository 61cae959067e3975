// A reader's list of articles and passages, and quotations copied with their source. Pages are complete without it;
// the list itself lives in this browser, and in the address of /danh-sach, from which the server shows and exports it.
"use strict";

const KEPT = "hoinghi-list";
const MOST_KEPT = 100;
const LONGEST_NOTE = 500;
const ENGLISH = document.documentElement.lang === "en";
const SAYS = ENGLISH
  ? { keep: "Save", kept: "Saved", list: "My list", quote: "Copy quotation", copied: "Copied", passage: "Save passage", note: "Note", drop: "Remove", take: "Add to my list", full: "The list is full", failed: "Could not copy" }
  : { keep: "Lưu", kept: "Đã lưu", list: "Danh sách", quote: "Chép trích dẫn", copied: "Đã chép", passage: "Lưu đoạn này", note: "Ghi chú", drop: "Bỏ", take: "Thêm vào danh sách của tôi", full: "Danh sách đã đầy", failed: "Không chép được" };

function keptItems() {
  try {
    const read = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(read) ? read.filter((one) => typeof one?.bai === "string").slice(0, MOST_KEPT) : [];
  } catch {
    return []; // no storage, or not ours: nothing is kept
  }
}

function keep(items) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(items));
  } catch {
    say(SAYS.full);
  }
  showCount();
}

function say(text) {
  document.getElementById("announcement").textContent = text;
}

function listAddress(items) {
  const query = new URLSearchParams(items.map(({ bai }) => ["bai", bai]));
  if (items.some(({ ghi }) => ghi)) for (const { ghi } of items) query.append("ghi", ghi ?? "");
  if (ENGLISH) query.append("lang", "en");
  return `?${query}`;
}

// The header leads to the list as soon as there is one
function showCount() {
  const count = keptItems().length;
  let link = document.getElementById("my-list");
  if (!link && count) {
    link = document.createElement("a");
    link.id = "my-list";
    document.querySelector(".top nav").prepend(link);
  }
  if (!link) return;
  link.hidden = !count;
  link.textContent = `${SAYS.list} (${count})`;
  link.href = document.body.dataset.list + listAddress(keptItems());
}

function toggle(name) {
  const items = keptItems();
  const rest = items.filter(({ bai }) => bai !== name);
  if (rest.length === items.length) {
    if (items.length >= MOST_KEPT) return say(SAYS.full);
    rest.push({ bai: name, ghi: "" });
  }
  keep(rest);
}

function keepButton(name, title) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "keep";
  const show = () => {
    const isKept = keptItems().some(({ bai }) => bai === name);
    button.setAttribute("aria-pressed", String(isKept));
    button.textContent = isKept ? SAYS.kept : SAYS.keep;
    button.setAttribute("aria-label", `${button.textContent}: ${title}`);
  };
  button.addEventListener("click", () => {
    toggle(name);
    show();
  });
  show();
  return button;
}

function keyOf(link) {
  return new URL(link.href).pathname.split("/").pop();
}

// Results and articles can be kept
function offerKeeping() {
  for (const hit of document.querySelectorAll(".hit:not(:has(.keep))")) {
    const link = hit.querySelector("h2 a");
    hit.querySelector("h2").after(keepButton(keyOf(link), link.textContent));
  }
  const text = document.querySelector(".text[data-key]");
  const header = document.querySelector("article header");
  if (text && header && !header.querySelector(".keep")) {
    header.append(keepButton(text.dataset.key, document.querySelector("h1").textContent));
  }
}

// A stretch of the text of an article: its words, its places in the text as shown, and the paragraph where it begins
function selectedPassage(text) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const all = [...text.querySelectorAll("p[id^='doan-']")];
  const touched = all.filter((paragraph) => range.intersectsNode(paragraph));
  if (!touched.length) return null;
  const letters = (string) => [...string].length; // code points, as the server counts
  const place = (paragraph, node, offset, otherwise) => {
    if (!paragraph.contains(node)) return otherwise;
    const before = document.createRange();
    before.setStart(paragraph, 0);
    before.setEnd(node, offset);
    return letters(before.toString());
  };
  const begins = (paragraph) => all.slice(0, all.indexOf(paragraph)).reduce((sum, one) => sum + letters(one.textContent) + 2, 0);
  const [first, last] = [touched[0], touched.at(-1)];
  let start = begins(first) + place(first, range.startContainer, range.startOffset, 0);
  let end = begins(last) + place(last, range.endContainer, range.endOffset, letters(last.textContent));
  const whole = [...all.map((paragraph) => paragraph.textContent).join("\n\n")];
  const isSpace = (at) => /\s/.test(whole[at] ?? " ");
  while (start < end && isSpace(start)) start += 1;
  while (end > start && isSpace(end - 1)) end -= 1;
  while (start < end && !isSpace(start - 1)) start -= 1; // whole words: a browser finds no others
  while (start < end && !isSpace(end)) end += 1;
  const words = whole.slice(start, end).join("");
  return words ? { start, end, words, paragraph: first.id } : null;
}

function passageAddress({ words, paragraph }, link) {
  const encoded = (some) => encodeURIComponent(some.join(" ")).replaceAll("-", "%2D");
  const each = words.split(/\s+/);
  const found = each.length <= 10 ? encoded(each) : `${encoded(each.slice(0, 5))},${encoded(each.slice(-5))}`;
  return `${link}#${paragraph}:~:text=${found}`;
}

// While something is selected in an article, a bar offers to copy it with its source, and to keep it
function offerQuoting(text) {
  const bar = document.createElement("div");
  bar.className = "quoting";
  bar.hidden = true;
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", SAYS.quote);
  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("pointerdown", (event) => event.preventDefault()); // else the selection is gone
    made.addEventListener("click", () => act(made));
    bar.append(made);
  };
  let passage = null;
  button(SAYS.quote, async (made) => {
    const { cite, link } = text.dataset;
    try {
      await navigator.clipboard.writeText(`“${passage.words}” — ${cite}. ${passageAddress(passage, link)}`);
      made.textContent = SAYS.copied;
    } catch {
      made.textContent = SAYS.failed;
    }
    say(made.textContent);
  });
  button(SAYS.passage, (made) => {
    const name = `${text.dataset.key}@${text.dataset.version}.${passage.start}-${passage.end}`;
    if (!keptItems().some(({ bai }) => bai === name)) toggle(name);
    made.textContent = SAYS.kept;
  });
  text.after(bar);
  document.addEventListener("selectionchange", () => {
    const found = selectedPassage(text);
    if (!found && bar.contains(document.activeElement)) return;
    passage = found;
    bar.hidden = !passage;
    bar.children[0].textContent = SAYS.quote;
    bar.children[1].textContent = SAYS.passage;
  });
}

// The page of the list: one's own can be changed, another's can be taken over
function openDesk(desk) {
  const shown = [...desk.querySelectorAll("[data-item]")];
  const named = new URLSearchParams(location.search).getAll("bai");
  const mine = keptItems();
  if (!named.length && mine.length) return location.replace(location.pathname + listAddress(mine));
  if (!shown.length) return;
  const isMine = mine.length === named.length && mine.every(({ bai }, at) => bai === named[at]);
  if (!isMine) return offerTaking(desk, shown, mine);
  const save = () => {
    const items = [...desk.querySelectorAll("[data-item]")].map((entry) => ({
      bai: entry.dataset.item,
      ghi: entry.querySelector("textarea").value.trim().slice(0, LONGEST_NOTE),
    }));
    keep(items);
    if (!items.length) return location.replace(location.pathname);
    const address = listAddress(items);
    history.replaceState({}, "", location.pathname + address);
    for (const link of desk.querySelectorAll("[data-export]")) link.href = new URL(link.href).pathname + address;
    document.getElementById("desk-count").textContent = document.getElementById("desk-count").textContent.replace(/\d+/, items.length);
  };
  for (const entry of shown) {
    const note = entry.querySelector(".note");
    const label = document.createElement("label");
    const field = document.createElement("textarea");
    field.rows = 1;
    field.maxLength = LONGEST_NOTE;
    field.value = note.textContent;
    field.addEventListener("input", save);
    label.append(SAYS.note, field);
    note.replaceWith(label);
    const drop = document.createElement("button");
    drop.type = "button";
    drop.textContent = SAYS.drop;
    drop.setAttribute("aria-label", `${SAYS.drop}: ${entry.querySelector("a").textContent}`);
    drop.addEventListener("click", () => {
      entry.remove();
      save();
    });
    entry.append(drop);
  }
}

function offerTaking(desk, shown, mine) {
  const take = document.createElement("button");
  take.type = "button";
  take.textContent = SAYS.take;
  take.addEventListener("click", () => {
    const known = new Set(mine.map(({ bai }) => bai));
    const others = shown
      .filter((entry) => !known.has(entry.dataset.item))
      .map((entry) => ({ bai: entry.dataset.item, ghi: entry.querySelector(".note").textContent }));
    if (mine.length + others.length > MOST_KEPT) return say(SAYS.full);
    keep([...mine, ...others]);
    location.assign(location.pathname + listAddress(keptItems()));
  });
  desk.querySelector(".kept").before(take);
}

showCount();
offerKeeping();
new MutationObserver(offerKeeping).observe(document.getElementById("main"), { childList: true });
const quotable = document.querySelector(".text[data-key]");
if (quotable) offerQuoting(quotable);
const desk = document.getElementById("desk");
if (desk) openDesk(desk);
addEventListener("storage", showCount); // another window has changed the list
