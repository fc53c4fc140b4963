// The keys. Each presses a button, follows a link or opens the choices that the page has anyway:
// what has no place on the page cannot be done, and without this file all can be done by hand.

"use strict";

(() => {
  const all = (query) => [...document.querySelectorAll(query)];
  const one = (query) => document.querySelector(query);
  const MANY = 9;

  // Until the next page is there, keys would fall on what nobody has seen yet.
  let isLeaving = false;
  document.addEventListener("submit", (event) => {
    if (isLeaving) event.preventDefault();
    else if (event.target.method === "post") isLeaving = true;
  });
  window.addEventListener("pageshow", (event) => {
    isLeaving = false;
    if (event.persisted) location.reload();
  });

  const openChoices = () => one("details.chooser[open]");
  const picks = (chooser) => [...chooser.querySelectorAll("[data-pick]:not([hidden])")];

  function open(summary) {
    const chooser = summary.parentElement;
    for (const other of all("details.chooser[open]")) other.open = other === chooser;
    chooser.open = true;
    const options = picks(chooser);
    (options.find((option) => option.hasAttribute("aria-current")) ?? options[0])?.focus();
    chooser.scrollIntoView({ block: "nearest" });
  }

  function close(chooser) {
    chooser.open = false;
    chooser.querySelector("summary").focus();
  }

  // Among choices a letter that takes none does nothing: who types a name there means no command.
  function press(key, isChoosing) {
    const target = all("[data-key]").find((each) => each.dataset.key.split(" ").includes(key));
    if (!target) return note(key);
    if (isChoosing && target.tagName !== "SUMMARY" && key !== "?") return false;
    if (target.tagName === "SUMMARY") open(target);
    else if (key === "?") showHelp();
    else target.click();
    return true;
  }

  // Why a key does nothing here.
  function note(key) {
    const found = all("[data-note]").find((each) => each.dataset.note === key);
    if (found) one(".said").textContent = found.textContent;
    return Boolean(found);
  }

  function showHelp() {
    one("#help").showModal();
  }

  // --- choices ---

  function pick(chooser, key) {
    const found = picks(chooser).find((option) => option.querySelector("kbd").textContent === key);
    found?.click();
    return Boolean(found);
  }

  function moveFocus(chooser, step) {
    const options = picks(chooser);
    const place = options.indexOf(document.activeElement);
    options[(place + step + options.length) % options.length]?.focus();
  }

  // Of many choices those with the words that are typed are left, and get the keys anew.
  function addFilter(chooser) {
    const options = [...chooser.querySelectorAll("[data-pick]")];
    if (options.length < 2) return;
    const keys = options.map((option) => option.querySelector("kbd").textContent);
    const filter = document.createElement("input");
    filter.type = "search";
    filter.className = "narrow";
    filter.hidden = options.length <= MANY;
    filter.placeholder = document.body.dataset.narrow;
    filter.autocomplete = "off";
    filter.setAttribute("aria-label", document.body.dataset.narrowLabel);
    filter.addEventListener("input", () => {
      const words = filter.value.toLowerCase().split(/\s+/);
      let place = 0;
      for (const option of options) {
        const text = option.textContent.toLowerCase();
        option.hidden = !words.every((word) => text.includes(word));
        option.querySelector("kbd").textContent = option.hidden ? "" : (keys[place++] ?? "");
      }
    });
    chooser.querySelector(".options").before(filter);
  }

  // --- keys ---

  // Caps Lock must not turn "accept" into "accept all".
  function named(event) {
    if (!event.getModifierState("CapsLock") || !/^[a-z]$/i.test(event.key)) return event.key;
    return event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase();
  }

  function onTyping(event, field) {
    const chooser = field.closest("details.chooser");
    if (event.key === "Escape") {
      event.preventDefault();
      if (chooser) close(chooser);
      else field.blur();
    } else if (event.key === "Enter" && chooser) {
      event.preventDefault();
      picks(chooser)[0]?.click();
    } else if (event.key === "ArrowDown" && chooser) {
      event.preventDefault();
      picks(chooser)[0]?.focus();
    }
  }

  function onChoices(event, chooser) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const filter = chooser.querySelector(".narrow");
    if (event.key === "Escape") close(chooser);
    else if (step && chooser.contains(document.activeElement)) moveFocus(chooser, step);
    else if (event.key === "/" && filter) {
      filter.hidden = false;
      filter.focus();
    }
    else return pick(chooser, named(event));
    return true;
  }

  function onList(key) {
    const rows = all("a.entry");
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key];
    if (!step || !rows.length) return false;
    const place = rows.indexOf(document.activeElement);
    rows[place < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(place + step, 0), rows.length - 1)].focus();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey;
    // Where brackets need AltGr it is no command of the browser.
    if (event.isComposing || !(isPlain || event.getModifierState("AltGraph"))) return;
    if (one("dialog[open]")) return;
    const field = document.activeElement?.closest("input:not([type=radio]), textarea, select");
    if (field) return onTyping(event, field);
    if (event.repeat && !event.key.startsWith("Arrow")) return;
    if (isLeaving) return;
    const key = named(event);
    const chooser = openChoices();
    const isChoosing = Boolean(chooser?.contains(document.activeElement));
    const search = one("[data-search]");
    const isDone =
      (chooser && onChoices(event, chooser)) ||
      (key === "/" && search && (search.focus(), true)) ||
      press(key, isChoosing) ||
      onList(key);
    if (isDone) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest('[data-key="?"]')) {
      event.preventDefault();
      showHelp();
    }
  });

  // --- when a page is there ---

  // Within its own pane alone: on a phone, where the panes are one page, what is on top stays there.
  function bringIntoView(pane, part) {
    if (!pane || !part) return;
    const offset = part.getBoundingClientRect().top - pane.getBoundingClientRect().top;
    pane.scrollTop += offset - pane.clientHeight / 2;
  }

  all("details.chooser").forEach(addFilter);
  for (const radio of all(".filter input[type=radio]")) {
    radio.addEventListener("change", () => radio.form.requestSubmit());
  }
  bringIntoView(one(".reading"), one(".text .mark[aria-current]"));
  one("[data-focus]")?.focus({ preventScroll: true });
  bringIntoView(one(".items ol"), one(".items [aria-current]"));
  // A reader of the screen says what changes, not what was there when the page came.
  const said = one(".said");
  const words = said.textContent;
  said.textContent = "";
  setTimeout(() => { said.textContent = words; }, 100);
})();
