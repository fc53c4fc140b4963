// The report, behind DataTables. What comes out of the data is put in as text; only the articles are
// HTML, which was made, and escaped, when the report was.

const {facts, articles} = data;
const REGION = 0, PROVINCE = 1, PERIOD = 2, METRIC = 3, AMOUNT = 4, VALUE = 5, PRINTED = 6,
  STATUS = 7, MEMBERS = 8, STATE = 9, ARTICLE = 10, ITEM = 11, WHEN = 12, CONFIDENCE = 13;
const CHUNK = 40;
const SIGNS = {verified: "✓", suspect: "?", rejected: "✗", accepted: "✓", corrected: "✎", added: "+"};
// DataTables puts what is to be shown in as HTML; for sorting and searching it takes it as it is.
const text = DataTable.render.text();
const textOf = (read) => (_, type, row) => (type === "display" ? text.display(read(row)) : read(row));

function link(words, href) {
  const made = document.createElement("a");
  made.href = href;
  made.textContent = words;
  return made;
}

const address = (row) => `#article-${row[ARTICLE]}/${row[ITEM]}`;

// --- the facts ------------------------------------------------------------------------------------

function badge(state) {
  const made = document.createElement("span");
  made.className = `badge ${state}`;
  made.textContent = `${SIGNS[state] || ""} ${spoken.states[state]}`;
  return made;
}

const TEXTS = {
  search: _("search"),
  lengthMenu: _("_MENU_ rows a page"),
  info: _("_START_ to _END_ of _TOTAL_"),
  infoFiltered: _("(out of _MAX_)"),
  infoEmpty: _("none"),
  zeroRecords: _("nothing is like that: clear the filters to see all"),
  emptyTable: _("there are none"),
  ...(LANGUAGE === "en" ? {} : {
    thousands: grouped(1000)[1],
    decimal: spoken.decimal,
    entries: {_: _("rows")},
    aria: {
      orderable: _(": sort by this column"),
      orderableReverse: _(": sort by this column the other way round"),
      orderableRemove: _(": do not sort by this column"),
      paginate: {first: _("first"), previous: _("previous"), next: _("next"), last: _("last"), number: ""},
    },
  }),
};

const COMMON = {
  deferRender: true,
  autoWidth: false,
  pageLength: 25,
  lengthMenu: [25, 50, 100, 500],
  order: [],
  language: TEXTS,
  // Of two tables with pages each has to say which are its own.
  drawCallback(settings) {
    const pages = settings.nTableWrapper.querySelector("nav");
    const isOfFacts = settings.sTableId.startsWith("facts");
    if (pages) pages.setAttribute("aria-label", isOfFacts ? _("pages of the facts") : _("pages of the articles"));
  },
};

const table = new DataTable("#facts-table", {
  ...COMMON,
  data: facts,
  columns: [
    {title: _("region"), data: REGION, render: text},
    {
      title: _("period"),
      data: PERIOD,
      render: (iso, type, row) => (type === "display" ? text.display(row[WHEN]) : type === "filter" ? `${iso} ${row[WHEN]}` : iso),
      className: "whole",
    },
    {title: _("metric"), data: METRIC, render: text},
    {
      title: _("value"),
      data: null,
      className: "number",
      type: "num",
      render: (_, type, row) => ({
        display: text.display(row[AMOUNT]), sort: row[VALUE], type: row[VALUE], filter: row[AMOUNT],
      })[type] ?? row[AMOUNT],
      createdCell: (cell, _, row) => cell.replaceChildren(link(row[AMOUNT], address(row))),
    },
    {
      title: _("in the text"),
      data: PRINTED,
      render: text,
      className: "printed wide",
      createdCell: (cell) => { cell.lang = "id"; },
    },
    {title: _("status"), data: STATUS, render: text, className: "whole"},
    {title: _("members"), data: MEMBERS, render: text, className: "whole"},
    {
      title: _("verdict"),
      data: STATE,
      render: (state, type) => (type === "display" ? text.display(spoken.states[state]) : `${spoken.states[state]}`),
      createdCell: (cell, state) => cell.replaceChildren(badge(state)),
    },
    {
      title: _("article"),
      data: null,
      render: textOf((row) => articles[row[ARTICLE]][0]),
      className: "wide",
      createdCell: (cell, _, row) => cell.replaceChildren(link(articles[row[ARTICLE]][0], address(row))),
    },
  ],
});

const FILTERS = {
  "filter-metric": METRIC, "filter-province": PROVINCE, "filter-region": REGION, "filter-status": STATUS,
};

function fill(select, values) {
  for (const value of [...new Set(values)].filter(Boolean).sort()) {
    select.append(new Option(value, value));
  }
}

for (const [id, column] of Object.entries(FILTERS)) fill($(id), facts.map((row) => row[column]));
fill($("filter-year"), facts.map((row) => row[PERIOD].slice(0, 4)));

table.search.fixed("filters", (_, row) => {
  const state = $("filter-state").value;
  if (state === "" ? row[STATE] === "rejected" : state !== "*" && row[STATE] !== state) return false;
  const year = $("filter-year").value;
  if (year && !row[PERIOD].startsWith(year)) return false;
  return Object.entries(FILTERS).every(([id, column]) => {
    const wanted = $(id).value;
    return !wanted || row[column] === wanted;
  });
}).draw();

$("filters").hidden = false;
$("filters").addEventListener("change", () => table.draw());
$("filters").addEventListener("submit", (event) => event.preventDefault());
$("filters").addEventListener("reset", () => setTimeout(() => table.search("").order([]).draw()));
for (const tile of document.querySelectorAll("button.tile")) {
  tile.addEventListener("click", () => {
    $("filter-state").value = tile.dataset.state;
    table.draw();
    $("facts").scrollIntoView();
    $("filter-state").focus({preventScroll: true});
  });
}

// Where the comma stands before decimals, spreadsheets take the semicolon to part the cells.
const APART = spoken.decimal === "," ? ";" : ",";
const NEEDS_QUOTES = new RegExp(`["${APART}\\n\\r]`);

// A spreadsheet runs a cell that begins with one of these; "-" and "+" begin no number of ours.
const cell = (value) => {
  const words = String(value ?? "");
  if (typeof value === "number") return words.replace(".", spoken.decimal);
  const harmless = /^(?:[\t\r\n]|\s*[=+\-@])/.test(words) ? `'${words}` : words;
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

$("save").addEventListener("click", () => {
  const head = [
    _("region"), _("province"), _("period"), _("metric"), _("value"), _("in the text"), _("status"),
    _("members"), _("verdict"), _("article"), _("confidence"),
  ];
  const rows = table.rows({search: "applied", order: "applied"}).data().toArray().map((row) => [
    row[REGION], row[PROVINCE], row[PERIOD], row[METRIC], row[VALUE], row[PRINTED],
    row[STATUS], row[MEMBERS], spoken.states[row[STATE]], articles[row[ARTICLE]][0],
    row[CONFIDENCE],
  ]);
  const csv = [head, ...rows].map((row) => row.map(cell).join(APART)).join("\r\n");
  const made = link("", URL.createObjectURL(new Blob(["\ufeff", csv, "\r\n"], {type: "text/csv"})));
  made.download = _("facts.csv");
  made.click();
  URL.revokeObjectURL(made.href);
  $("message").textContent = ngettext("{count} row saved", "{count} rows saved", rows.length);
});

// --- the pictures ---------------------------------------------------------------------------------

const unsure = $("pictures-unsure");
if (unsure) {
  $("pictures-controls").hidden = false;
  unsure.addEventListener("change", () => {
    for (const each of document.querySelectorAll("[data-pictures]")) {
      each.hidden = (each.dataset.pictures === "all") !== unsure.checked;
    }
  });
}

// --- the articles ---------------------------------------------------------------------------------

new DataTable("#articles-table", {
  ...COMMON,
  data: articles.map((row, number) => [number, ...row]),
  columns: [
    {
      title: _("article"),
      data: null,
      render: textOf((row) => `${row[1]} ${row[2]}`),
      createdCell: (cell, _, row) => {
        cell.replaceChildren(link(row[2] || row[1], `#article-${row[0]}`));
        if (row[2]) cell.append(Object.assign(document.createElement("span"), {className: "quiet", textContent: ` ${row[1]}`}));
      },
    },
    {
      title: _("published"),
      data: 3,
      render: (iso, type) => (type === "display" ? text.display(timeWords(iso)) : iso),
      className: "whole",
    },
    {title: _("facts"), data: 4, className: "number"},
    {title: _("suspect"), data: 5, className: "number"},
    {title: _("left over"), data: 6, className: "number"},
    {title: _("reviewed"), data: 7, render: text, className: "wide"},
  ],
});

const chunks = new Map();

async function unpack(chunk) {
  if (!chunks.has(chunk)) chunks.set(chunk, await unpacked($(`articles-${chunk}`).textContent));
  return chunks.get(chunk);
}

const reader = $("reader");
let opened = null;
let before = "#articles";
let closedByAddress = false;

async function open(number, item) {
  if (opened !== number) {
    const address = location.hash;
    const pages = await unpack(Math.floor(number / CHUNK));
    if (location.hash !== address) return; // somebody was quicker
    const page = document.createElement("template");
    page.innerHTML = pages[number % CHUNK];
    $("article").replaceChildren(page.content);
    opened = number;
    $("place").textContent = _("{number} of {count}", {number: number + 1, count: articles.length});
    $("previous").disabled = number === 0;
    $("next").disabled = number === articles.length - 1;
  }
  if (!reader.open) reader.showModal();
  point(item);
}

function point(item) {
  for (const marked of $("article").querySelectorAll("[aria-current]")) marked.removeAttribute("aria-current");
  const card = item && $(`a-${item}`);
  if (!card) {
    reader.scrollTop = 0;
    $("reader-title").focus({preventScroll: true});
    return;
  }
  for (const mark of $("article").querySelectorAll("a.mark")) {
    if (mark.getAttribute("href") === `#a-${item}`) {
      mark.setAttribute("aria-current", "true");
      mark.scrollIntoView({block: "center"});
    }
  }
  card.setAttribute("aria-current", "true");
  card.focus({preventScroll: true});
  card.scrollIntoView({block: "nearest"});
}

function follow() {
  const [, number, item] = /^#article-(\d+)(?:\/([\w:]+))?$/.exec(location.hash) || [];
  if (number !== undefined && Number(number) < articles.length) {
    open(Number(number), item);
    return;
  }
  // Whoever came from a region goes back to it.
  before = location.hash.startsWith("#region-") ? location.hash : "#articles";
  if (reader.open) {
    // The event comes later, when the address may already be that of another article.
    closedByAddress = true;
    opened = null;
    reader.close();
  }
}

const go = (number) => {
  if (number >= 0 && number < articles.length) location.replace(`#article-${number}`);
};

reader.addEventListener("close", () => {
  if (!closedByAddress) {
    opened = null;
    history.pushState(null, "", before);
  }
  closedByAddress = false;
});
$("close").addEventListener("click", () => reader.close());
$("previous").addEventListener("click", () => go(opened - 1));
$("next").addEventListener("click", () => go(opened + 1));
$("article").addEventListener("click", (event) => {
  const mark = event.target.closest("a.mark");
  if (mark) {
    event.preventDefault();
    location.replace(`#article-${opened}/${mark.getAttribute("href").slice("#a-".length)}`);
  }
});
document.addEventListener("keydown", (event) => {
  if (!reader.open || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "[") go(opened - 1);
  if (event.key === "]") go(opened + 1);
});
window.addEventListener("hashchange", follow);
follow();
document.documentElement.dataset.ready = "true";
