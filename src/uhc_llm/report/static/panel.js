// The panel: a map with a tile, or an outline, for each region, and a page of all that is known of
// one. What comes out of the data is put in as text, and shapes as attributes; nothing is markup.

const {panel} = data;
// The columns of a share, and of a region.
const TIME = 0, FIRST = 1, VALUE = 2, WORDS = 3, VERDICT = 4, REPORTS = 5, DISPUTED = 6;
const NAME = 1, SHORT = 2, SAID = 3, DISPUTES = 4;
const NATION = "ID";
const MONTHS = spoken.months[0];
const SIGNS = {verified: "✓", reviewed: "✓", suspect: "?", derived: "÷"};
const MOST_FOUND = 12, MOST_ROWS = 25;
const SVG = "http://www.w3.org/2000/svg";

const fill = (made, attributes, inside) => {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...inside.filter(Boolean));
  return made;
};
const put = (box, ...inside) => box.replaceChildren(...inside.filter(Boolean));
const make = (name, attributes = {}, ...inside) => fill(document.createElement(name), attributes, inside);
const draw = (name, attributes = {}, ...inside) =>
  fill(document.createElementNS(SVG, name), attributes, inside);
const reports = (count) => ngettext("{count} report", "{count} reports", count);
const figures = (count) => ngettext("{count} figure", "{count} figures", count);
const isSure = (verdict) => verdict === "verified" || verdict === "reviewed";
const monthName = (month) => `${MONTHS[month % 12]} ${Math.floor(month / 12)}`;
const quiet = (words) => make("span", {class: "quiet"}, words);

function badge(verdict) {
  const kind = verdict === "reviewed" ? "accepted" : verdict;
  return make("span", {class: `badge ${kind}`}, `${SIGNS[verdict]} ${spoken.states[verdict]}`);
}

function setUp() {
  const regions = new Map(panel.regions.map((row) => [row[0], row]));
  const parts = new Map();
  for (const code of regions.keys()) {
    const province = code.slice(0, 2);
    if (code !== province) parts.set(province, [...(parts.get(province) || []), code]);
  }
  const provinces = panel.tiles.map(([code]) => code);
  const shapes = panel.outlines?.shapes || {};
  const packs = new Map();
  const state = {metric: "coverage_rate", month: panel.start, unsure: false, region: null};

  async function known(code) {
    const province = code.slice(0, 2);
    if (!panel.pages[province]) return null;
    if (!packs.has(province)) packs.set(province, unpacked(panel.pages[province]));
    return packs.get(province);
  }

  // --- what shows in a month ---

  const counts = (verdict) => state.unsure || isSure(verdict);
  const shareOf = (code) => (panel.shares[code]?.[state.metric] || []).find(
    (share) => share[FIRST] <= state.month && state.month <= share[FIRST] + panel.kept && counts(share[VERDICT]),
  );
  const levelOf = (value) => panel.levels[state.metric].filter((each) => value >= each).length;
  const countOf = (codes) => codes.filter((code) => shareOf(code)).length;

  function labelOf(code) {
    const name = regions.get(code)[NAME], share = shareOf(code);
    const inside = parts.get(code);
    const below = inside && code !== NATION
      ? `; ${_("{count} of its {all} regencies and cities have a figure", {count: countOf(inside), all: inside.length})}`
      : "";
    if (!share) return `${name}: ${elsewhen(code)}${below}`;
    const disputed = share[DISPUTED] ? `, ${_("sources disagree")}` : "";
    return `${name}: ${share[WORDS]} ${panel.called[state.metric]}, ${timeWords(share[TIME])}, `
      + `${spoken.states[share[VERDICT]]}, ${reports(share[REPORTS])}${disputed}${below}`;
  }

  // What is said of a region, though of no month that the map shows.
  const otherTimes = (code) => (panel.shares[code]?.[state.metric] || [])
    .filter((share) => counts(share[VERDICT])).map((share) => share[TIME]);
  const onlySuspect = (code) => (panel.shares[code]?.[state.metric] || []).length > 0 && !otherTimes(code).length;

  function elsewhen(code) {
    const times = otherTimes(code);
    if (onlySuspect(code)) return _("nothing said, but by suspect figures");
    if (!times.length) return _("nothing said");
    const some = times.slice(0, 3).map((time) => timeWords(time)).join(", ");
    return times.length > 3
      ? _("nothing said of these 12 months, but of {times} and others", {times: some})
      : _("nothing said of these 12 months, but of {times}", {times: some});
  }

  function instead(code) {
    if (otherTimes(code).length) return _("other months");
    return onlySuspect(code) ? _("suspect only") : _("nothing said");
  }

  function classOf(code) {
    const share = shareOf(code);
    const kind = share ? `share-${levelOf(share[VALUE])}${isSure(share[VERDICT]) ? "" : " unsure"}` : "unsaid";
    return `place ${kind}`;
  }

  // What stands on a tile; a narrow one has less of it.
  function inked(code, short) {
    const share = shareOf(code), inside = code === NATION ? 0 : countOf(parts.get(code) || []);
    const sign = share && !isSure(share[VERDICT]) ? SIGNS[share[VERDICT]] : "";
    return [
      make("span", {class: "name"}, regions.get(code)[SHORT]),
      short && make("span", {class: "short"}, short),
      share && make("span", {class: "value"}, `${grouped(share[VALUE])}${sign}`),
      short && make("span", {class: "round"}, share ? `${Math.floor(share[VALUE])}${sign}` : "–"),
      make("span", {class: "time"}, share ? timeWords(share[TIME], {short: true}) : instead(code)),
      short && inside > 0 && make("span", {class: "inside"}, _("+ {count} inside", {count: inside})),
    ];
  }

  function paint(box) {
    for (const place of box.querySelectorAll("[data-code]")) {
      const code = place.dataset.code, label = labelOf(code);
      const isHere = code === state.region || code === state.region?.slice(0, 2);
      const kind = classOf(code);
      place.setAttribute("class", kind);
      place.setAttribute("aria-label", label);
      if (isHere) place.setAttribute("aria-current", "true");
      else place.removeAttribute("aria-current");
      if (place instanceof SVGElement) {
        place.querySelector("title").textContent = label;
        const share = shareOf(code);
        place.querySelector("path").setAttribute("fill", share ? "" : `url(#hatch-${box.id})`);
        place.querySelector("text").textContent = share ? String(Math.floor(share[VALUE])) : "";
      } else {
        place.title = label;
        put(place, ...inked(code, place.dataset.short));
      }
    }
  }

  // --- tiles and outlines ---

  const tile = (code, short = "") =>
    make("a", {href: `#region-${code}`, "data-code": code, "data-short": short, tabindex: "-1"});

  const pathOf = (code) => {
    if (shapes[code]) return shapes[code];
    // A province without an outline of its own is what its regencies are together.
    const inside = (parts.get(code) || []).map((each) => shapes[each]).filter(Boolean);
    if (!inside.length) return null;
    const [left, top, wide, high] = extent(inside);
    return [inside.map((shape) => shape[0]).join(""), left, top, wide, high];
  };

  function extent(shapes) {
    const [left, top] = [1, 2].map((n) => Math.min(...shapes.map((shape) => shape[n])));
    const [right, bottom] = [1, 2].map((n) => Math.max(...shapes.map((shape) => shape[n] + shape[n + 2])));
    return [left, top, right - left || 1, bottom - top || 1];
  }

  function outlines(box, codes, label) {
    const drawn = codes.map((code) => [code, pathOf(code)]).filter(([, shape]) => shape);
    const [left, top, wide, high] = extent(drawn.map(([, shape]) => shape));
    const across = Math.max(wide, high * 1.6), room = across * 0.015, step = across / 100;
    const hatch = draw(
      "pattern",
      {
        id: `hatch-${box.id}`, width: step, height: step, patternUnits: "userSpaceOnUse",
        patternTransform: "rotate(45)",
      },
      draw("rect", {class: "hatch-ground", width: step, height: step}),
      draw("rect", {class: "hatch-line", width: step / 5, height: step}),
    );
    const place = ([code, [path, x, y, w, h]]) => draw(
      "a",
      {href: `#region-${code}`, "data-code": code, tabindex: "-1"},
      draw("title"),
      draw("path", {d: path}),
      draw("text", {
        x: x + w / 2, y: y + h / 2, "font-size": across / 55, "text-anchor": "middle",
        "dominant-baseline": "middle",
      }),
    );
    const viewBox = `${left - room} ${top - room} ${wide + 2 * room} ${high + 2 * room}`;
    // The smaller ones lie on top of those that they lie within.
    const ordered = drawn.sort(([, a], [, b]) => b[3] * b[4] - a[3] * a[4]);
    const missing = codes.filter((code) => !pathOf(code));
    put(
      box,
      draw("svg", {viewBox, role: "group", "aria-label": label}, draw("defs", {}, hatch), ...ordered.map(place)),
      missing.length > 0 && make("div", {class: "flow"}, ...missing.map((code) => tile(code))),
    );
  }

  function mapOfProvinces() {
    const box = $("panel-provinces");
    if (provinces.some(pathOf)) {
      outlines(box, provinces, _("Provinces"));
      box.append(make("div", {class: "flow"}, tile(NATION)));
    } else {
      const placed = panel.tiles.map(([code, column, row, short]) => {
        const made = tile(code, short);
        made.style.gridColumn = column;
        made.style.gridRow = row;
        return made;
      });
      const nation = tile(NATION, "ID");
      nation.style.gridColumn = "12 / span 2";
      nation.style.gridRow = "7";
      box.replaceChildren(make("div", {class: "tile-map"}, ...placed, nation));
    }
    rove(box);
  }

  function mapOfRegencies(province) {
    const box = $("panel-regencies"), codes = parts.get(province) || [];
    if (codes.some((code) => shapes[code])) outlines(box, codes, regions.get(province)[NAME]);
    else box.replaceChildren(make("div", {class: "flow"}, ...codes.map((code) => tile(code))));
  }

  // --- the words above the maps ---

  // The messages of who: how many of them have a figure, how many more have one of elsewhen.
  function summaryOf(codes, who) {
    const year = Math.floor(state.month / 12), month = state.month % 12;
    const shown = codes.map(shareOf).filter(Boolean);
    const ofYear = shown.filter((share) => share[TIME].startsWith(year));
    const when = month === 11 ? String(year) : _("{year}, up to {month}", {year, month: MONTHS[month]});
    const said = [who(ofYear.length, {all: codes.length, when})];
    if (ofYear.length > 2) {
      const value = grouped(middle(ofYear.map((share) => share[VALUE])));
      said.push(_("; the median is {value}%", {value}));
    }
    const disputed = ofYear.filter((share) => share[DISPUTED]).length;
    if (disputed) said.push(_("; on {count} of these sources disagree", {count: disputed}));
    const older = shown.length - ofYear.length;
    const others = codes.filter((code) => !shareOf(code) && otherTimes(code).length).length;
    return [
      `${said.join("")}.`,
      older && ngettext("{count} more shows one of {year}.", "{count} more show one of {year}.", older, {year: year - 1}),
      others && ngettext(
        "{count} more has figures of other months only.", "{count} more have figures of other months only.", others,
      ),
    ].filter(Boolean).join(" ");
  }

  function middle(values) {
    const sorted = [...values].sort((a, b) => a - b), half = Math.floor(sorted.length / 2);
    const value = sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    return value;
  }

  function legend() {
    const levels = panel.levels[state.metric];
    const swatch = (kind, words) =>
      make("li", {}, make("span", {class: `swatch ${kind}`, "aria-hidden": "true"}), words);
    const between = (n) => {
      if (n === 0) return _("below {high}%", {high: levels[0]});
      if (n === levels.length) return _("{low}% or more", {low: levels[n - 1]});
      return _("{low}% to below {high}%", {low: levels[n - 1], high: levels[n]});
    };
    $("panel-legend").replaceChildren(
      ...[...levels.keys(), levels.length].map((n) => swatch(`share-${n}`, between(n))),
      swatch("unsaid", _("nothing said of these 12 months")),
      ...(state.unsure ? [swatch("share-2 unsure", _("dotted: suspect (?) or derived (÷)"))] : []),
    );
  }

  function update() {
    const month = monthName(state.month);
    $("panel-month-name").value = month;
    $("panel-month").setAttribute("aria-valuetext", month);
    $("panel-map-title").textContent = state.metric === "coverage_rate"
      ? _("Share registered, as of {month}", {month}) : _("Share active, as of {month}", {month});
    $("panel-summary").textContent = `${summaryOf(provinces, PROVINCES)} ${summaryOf(regencies, REGENCIES)}`;
    legend();
    paint($("panel-provinces"));
    if (state.region) {
      const inside = parts.get(state.region.slice(0, 2)) || [];
      $("panel-parts-summary").textContent = inside.length ? summaryOf(inside, REGENCIES) : "";
      paint($("panel-regencies"));
    }
  }

  const PROVINCES = (count, values) => ngettext(
    "{count} of {all} provinces has a figure of {when}", "{count} of {all} provinces have a figure of {when}", count, values,
  );
  const REGENCIES = (count, values) => ngettext(
    "{count} of {all} regencies and cities has a figure of {when}",
    "{count} of {all} regencies and cities have a figure of {when}", count, values,
  );
  const regencies = [...parts.values()].flat();

  // --- a region ---

  let drawn = null;

  async function show(code, focus) {
    const province = code.slice(0, 2), hasParts = parts.has(province);
    state.region = code;
    const [all, nation] = await Promise.all([known(code), known(NATION)]);
    if (state.region !== code) return; // somebody was quicker
    if (hasParts && drawn !== province) {
      $("panel-parts-title").textContent = _("Regencies and cities of {province}", {province: regions.get(province)[NAME]});
      mapOfRegencies(province);
      drawn = province;
    }
    $("panel-parts").hidden = !hasParts;
    update();
    rove($("panel-regencies"));
    pageOf(code, all, nation);
    if (!focus) return;
    const isMap = focus === "parts" && code === province && hasParts;
    const head = $(isMap ? "panel-parts-title" : "panel-region-title");
    head.focus({preventScroll: true});
    head.scrollIntoView({block: "start"});
  }

  function pageOf(code, all, nation) {
    const region = regions.get(code), province = regions.get(code.slice(0, 2));
    const {cells = [], targets = []} = all?.regions[code] || {};
    const own = targets.map((target) => ({...target, pack: all, whose: _("own")}));
    const national = code === NATION ? [] : nation?.regions[NATION]?.targets || [];
    const theirs = national.filter((target) => panel.called[target.metric])
      .map((target) => ({...target, pack: nation, whose: _("the nation's")}));
    const aimed = [...own, ...theirs];
    const where = province !== region && make("a", {href: `#region-${province[0]}`}, province[NAME]);
    put(
      $("panel-region"),
      make("h3", {id: "panel-region-title", tabindex: "-1"}, region[NAME]),
      make(
        "p", {class: "quiet"}, where, where && " · ", code, " · ",
        make("a", {href: `#region-${code}`}, _("the address of this page")),
      ),
      ...series(region, cells, aimed),
      ...goals(own, theirs),
      ...table(region, cells, all),
      ...missing(cells, targets),
    );
    $("panel-region").hidden = false;
  }

  // --- its series ---

  function series(region, cells, aimed) {
    const all = cells.filter((cell) => panel.called[cell.metric] && cell.members === "all");
    const points = all.filter((cell) => counts(cell.verdict));
    const hidden = all.length - points.length;
    const rest = make("button", {type: "button"}, _("draw them too"));
    rest.addEventListener("click", () => {
      $("panel-unsure").click();
      $("panel-region-title").focus({preventScroll: true});
    });
    const more = hidden > 0
      && make("p", {}, ngettext(
        "{count} figure that is suspect or derived is not drawn.",
        "{count} figures that are suspect or derived are not drawn.", hidden,
      ), " ", rest);
    if (!points.length) {
      const none = all.length
        ? _("No share of it is verified or reviewed.") : _("Nothing is said of its share registered or active.");
      return [make("p", {}, none), more];
    }
    const box = make("div", {class: "series"});
    const words = make("p", {class: "readout", "aria-hidden": "true"}, READING);
    const key = make("ul", {class: "legend"}, ...chartKey(points, aimed));
    const place = () => box.replaceChildren(chart(region, points, aimed, box.clientWidth || 640, words));
    let width = 0;
    new ResizeObserver(() => {
      if (box.clientWidth === width) return;
      width = box.clientWidth;
      place();
      rove(box);
    }).observe(box);
    return [box, words, key, more];
  }

  const READING = _("Rest on a figure, or go from one to the next by the arrow keys, to read it here.");

  function chartKey(points, aimed) {
    const sign = (words, kind, shape) => make(
      "li", {}, draw("svg", {viewBox: "-8 -8 16 16", class: `sign ${kind}`, "aria-hidden": "true"}, shape), words,
    );
    const stroke = (words, kind, [x, y]) => sign(words, kind, draw("line", {x1: -x, x2: x, y1: -y, y2: y}));
    const has = (test) => points.some(test);
    const dot = (metric) => has((p) => p.metric === metric) && sign(panel.called[metric], metric, mark(metric));
    return [
      dot("coverage_rate"),
      dot("active_rate"),
      has((p) => !isSure(p.verdict))
        && sign(_("hollow: suspect or derived"), "coverage_rate unsure", mark("coverage_rate")),
      has((p) => isYear(p.time)) && stroke(_("of a whole year"), "span", [7, 0]),
      has((p) => p.low < p.high) && stroke(_("how far sources disagree"), "span", [0, 7]),
      aimed.some(isDrawn) && stroke(_("aimed at for a year"), "aim", [8, 0]),
    ];
  }

  const mark = (metric) => (metric === "coverage_rate"
    ? draw("circle", {r: 5}) : draw("path", {d: "M0 -6.5L6.5 0L0 6.5L-6.5 0z"}));

  const isYear = (time) => time.length === 4;
  const yearOf = (time) => Number(time.slice(0, 4));
  const middleOf = (time) => yearOf(time) + (isYear(time) ? 0.5 : (Number(time.slice(5, 7)) - 0.5) / 12);
  const isDrawn = (target) =>
    panel.called[target.metric] && target.members === "all" && target.year && counts(target.verdict);

  // Where a year and a share lie on a drawing of some width, and what is written beside it.
  function scaleOf(points, aimed, width) {
    const years = points.map((point) => yearOf(point.time));
    const first = Math.min(...years), seen = Math.max(...years);
    // What is aimed at soon has its place too.
    const soon = aimed.map((target) => Number(target.year)).filter((year) => year > seen && year < seen + 3);
    const last = 1 + Math.max(seen, ...soon);
    const inside = aimed.filter(({year}) => Number(year) >= first && Number(year) < last);
    const values = [...points, ...inside].flatMap(({value, low = value, high = value}) => [value, low, high]);
    const low = Math.max(0, Math.floor((Math.min(...values) - 2) / 10) * 10);
    const high = Math.max(100, Math.ceil(Math.max(...values) / 10) * 10);
    const height = Math.min(300, Math.max(200, width * 0.4));
    const left = 44, right = width - 12, top = 14, bottom = height - 26;
    return {
      first, last, low, high, inside, height, left, right, bottom,
      x: (year) => left + ((year - first) / (last - first)) * (right - left),
      y: (value) => bottom - ((value - low) / (high - low)) * (bottom - top),
    };
  }

  function chart(region, points, aimed, width, words) {
    const scale = scaleOf(points, aimed.filter(isDrawn), width), {x, y} = scale;
    const svg = draw("svg", {
      viewBox: `0 0 ${width} ${scale.height}`, role: "group",
      "aria-label": _(
        "{region}: share registered and share active; the figures stand in the table below", {region: region[NAME]},
      ),
    }, ...axes(scale));
    for (const target of scale.inside) {
      const year = Number(target.year), at = y(target.value);
      const label = _("{share}: {value} aimed at for {year} ({whose})", {
        share: panel.called[target.metric], value: target.words, year, whose: target.whose,
      });
      const line = {class: `aim ${target.metric}`, x1: x(year), x2: x(year + 1), y1: at, y2: at};
      svg.append(draw("line", line, draw("title", {}, label)));
    }
    for (const metric of Object.keys(panel.called)) {
      const few = points.filter((point) => point.metric === metric);
      few.sort((a, b) => middleOf(a.time) - middleOf(b.time));
      // A year alone is joined only to other years: within one its place is not known.
      for (const whole of [false, true]) {
        const joined = few.filter((point) => isSure(point.verdict) && isYear(point.time) === whole);
        const steps = joined.map((p) => `${x(middleOf(p.time)).toFixed(1)} ${y(p.value).toFixed(1)}`);
        if (steps.length > 1) {
          svg.append(draw("path", {class: `way ${metric}${whole ? " years" : ""}`, d: `M${steps.join("L")}`}));
        }
      }
      svg.append(...few.map((point) => pointOf(point, scale, words)));
    }
    return svg;
  }

  function axes({first, last, low, high, height, left, right, bottom, x, y}) {
    const found = [], step = high - low > 50 ? 20 : 10;
    for (let value = Math.ceil(low / step) * step; value <= high; value += step) {
      found.push(
        draw("line", {class: "grid", x1: left, x2: right, y1: y(value), y2: y(value)}),
        draw("text", {class: "axis", x: left - 6, y: y(value) + 4, "text-anchor": "end"}, `${value}%`),
      );
    }
    const every = Math.ceil((last - first) / Math.max(1, Math.floor((right - left) / 48)));
    for (let year = first; year <= last; year += 1) {
      found.push(draw("line", {class: "tick", x1: x(year), x2: x(year), y1: bottom, y2: bottom + 4}));
      if (year === last || (year - first) % every) continue;
      found.push(draw("text", {class: "axis", x: x(year + 0.5), y: height - 8, "text-anchor": "middle"}, String(year)));
    }
    return found;
  }

  function pointOf(point, {x, y}, words) {
    const across = x(middleOf(point.time)), up = y(point.value), year = yearOf(point.time);
    const isSplit = point.low < point.high;
    const range = {low: grouped(point.low ?? 0), high: grouped(point.high ?? 0)};
    const label = `${panel.called[point.metric]} ${point.words}, ${timeWords(point.time)}, ${spoken.states[point.verdict]}, `
      + ngettext("{count} independent report", "{count} independent reports", point.reports)
      + (isSplit ? `, ${_("sources disagree: {low}% to {high}%", range)}` : "");
    const kind = `point ${point.metric}${isSure(point.verdict) ? "" : " unsure"}`;
    const made = draw(
      "g",
      {class: kind, "data-point": true, role: "img", "aria-label": label, tabindex: "-1"},
      draw("title", {}, label),
      isYear(point.time) && draw("line", {x1: x(year) + 3, x2: x(year + 1) - 3, y1: up, y2: up}),
      isSplit && draw("line", {x1: across, x2: across, y1: y(point.low), y2: y(point.high)}),
      draw(
        "g", {transform: `translate(${across.toFixed(1)} ${up.toFixed(1)})`},
        draw("circle", {class: "near", r: 12}), mark(point.metric),
      ),
    );
    for (const name of ["focus", "pointerenter", "click"]) {
      made.addEventListener(name, () => { words.textContent = label; });
    }
    return made;
  }

  // --- what is aimed at, what is said, and what is not ---

  function goals(own, theirs) {
    if (!own.length && !theirs.length) {
      return [make("p", {class: "quiet"}, _("No target is said, of its own or of the nation."))];
    }
    const line = (target) => make(
      "li", {}, goal(target), ": ", make("strong", {}, target.words), unsure(target),
      target.lost.length > 0 && quiet(_("; also said: {values}", {values: target.lost.join(", ")})),
      " ", said([target], reports(target.reports)),
    );
    return [
      make("h4", {}, _("Targets")),
      own.length > 0 && make("ul", {class: "goals"}, ...own.map(line)),
      theirs.length > 0 && make(
        "p", {}, _("The nation's, which hold for its regions too:"), " ",
        theirs.map((target) => `${goal(target)} ${target.words}${unsure(target)}`).join(", "),
        ". ", said(theirs, _("who says so")),
      ),
    ];
  }

  const unsure = (target) => (isSure(target.verdict) ? "" : ` (${spoken.states.suspect})`);

  function goal(target) {
    const members = target.members === "all" ? "" : ` (${panel.members[target.members]})`;
    const what = `${panel.metrics[target.metric] || target.metric}${members}`;
    return target.year ? _("{what} for {year}", {what, year: target.year}) : what;
  }

  function table(region, cells, all) {
    if (!cells.length) return [];
    const order = Object.keys(panel.metrics);
    const rank = ({conflict, metric, members}) =>
      [conflict === "conflict" ? 0 : 1, order.indexOf(metric), members === "all" ? 0 : 1];
    const sorted = [...cells].sort((a, b) => {
      const [x, y] = [rank(a), rank(b)], n = x.findIndex((each, place) => each !== y[place]);
      return n < 0 ? (a.time < b.time ? 1 : -1) : x[n] - y[n];
    });
    const body = make("tbody");
    const add = (few) => body.append(...few.map((cell) => rowOf(cell, all)));
    add(sorted.slice(0, MOST_ROWS));
    const title = _("All that is said of {region}", {region: region[NAME]});
    const head = make("thead", {}, make("tr", {}, ...COLUMNS.map((name) => make("th", {scope: "col"}, name))));
    const made = [
      make("h4", {}, title),
      make("p", {class: "quiet"}, _("What sources disagree on comes first.")),
      make(
        "div", {class: "scroll cells", tabindex: "0", role: "region", "aria-label": title},
        make("table", {}, head, body),
      ),
    ];
    if (sorted.length > MOST_ROWS) {
      const rest = make("button", {type: "button"}, _("show {count} more", {count: sorted.length - MOST_ROWS}));
      rest.addEventListener("click", () => { add(sorted.slice(MOST_ROWS)); rest.remove(); });
      window.addEventListener("beforeprint", () => rest.isConnected && rest.click(), {once: true});
      made.push(rest);
    }
    return made;
  }

  const COLUMNS = [
    _("time"), _("indicator"), _("members"), _("value"), _("how sure"), _("reports"),
    _("also said, and why it does not stand"), _("how they differ"),
  ];

  const OF = {members: _("of the members"), population: _("of the population")};

  function rowOf(cell, all) {
    const others = cell.lost.map((lost) => make(
      "li", {}, make("strong", {}, lost.words), ` (${reports(lost.reports)}): `,
      `${panel.conflicts[lost.difference]}; `,
      _("preferred is {rule}", {rule: panel.rules[lost.rule] || lost.rule}),
    ));
    const isDisputed = cell.conflict === "conflict";
    const inside = [
      [timeWords(cell.time)],
      [
        panel.metrics[cell.metric] || cell.metric,
        cell.of && quiet(` ${OF[cell.of] ?? _("of what, nobody says")}`),
      ],
      [panel.members[cell.members] || cell.members],
      [make("strong", {}, cell.words)],
      [badge(cell.verdict), cell.likely !== null && quiet(` ${_("{n} in 100", {n: cell.likely})}`)],
      [String(cell.reports)],
      [others.length > 0 && make("ul", {class: "others"}, ...others), sentences(cell, all, isDisputed)],
      [
        panel.conflicts[cell.conflict],
        ...cell.notes.map((note) => quiet(`; ${panel.notes[note] || note}`)),
        cell.rule === "derived" && quiet(`; ${_("members by population")}`),
        cell.lost.length > 0 && quiet(`; ${_("decided by: {rule}", {rule: panel.rules[cell.rule] || cell.rule})}`),
      ],
    ];
    return make("tr", {class: `${isDisputed ? "disputed " : ""}${cell.members}`},
      ...inside.map((few, n) => make(
        "td", {class: n < 6 && n !== 1 && "whole", "data-before": n === 5 && _("independent reports:")}, ...few,
      )));
  }

  function sentences(cell, all, isOpen) {
    const few = [cell, ...cell.lost].flatMap(({words, seen}) => seen.map((one) => sentence(one, all, words)));
    return make(
      "details", {open: isOpen}, make("summary", {}, ngettext("{count} sentence", "{count} sentences", few.length)),
      make("ul", {class: "sentences"}, ...few),
    );
  }

  function said(targets, words) {
    const few = targets.flatMap(({words, seen, pack}) => seen.map((one) => sentence(one, pack, words)));
    return make(
      "details", {class: "inline"}, make("summary", {}, words), make("ul", {class: "sentences"}, ...few),
    );
  }

  function sentence([article, place, item], all, words) {
    const [name, url, number] = all.articles[article], [before, quote, behind] = all.sentences[place];
    const elsewhere = {rel: "noreferrer noopener", target: "_blank", "aria-label": _("{name}, as it was published", {name})};
    return make(
      "li", {}, make("strong", {}, `${words} `),
      make("q", {lang: "id", dir: "auto"}, before, make("mark", {}, quote), behind),
      " ", make("a", {href: `#article-${number}${item && `/${item}`}`}, name),
      url && " ",
      url && make("a", {href: url, ...elsewhere}, "↗"),
    );
  }

  function missing(cells, targets) {
    const years = [...new Set(panel.months.map((month) => Math.floor(month / 12)))];
    const lines = Object.entries(panel.called).map(([metric, called]) => {
      const of = cells.filter((cell) => cell.metric === metric && cell.members === "all");
      const has = new Set(of.map((cell) => yearOf(cell.time)));
      const gaps = years.filter((year) => !has.has(year));
      const share = _("share {called}", {called});
      if (!has.size) return `${share}: ${_("of no time")}`;
      return gaps.length ? `${share}: ${spans(gaps, years)}` : null;
    });
    const measured = new Set(cells.map((cell) => cell.metric));
    const none = Object.keys(panel.metrics).filter((name) => !measured.has(name) && !panel.called[name]);
    if (none.length) lines.push(`${_("at all")}: ${none.map((name) => panel.metrics[name]).join(", ")}`);
    if (!targets.length) lines.push(_("a target of its own"));
    const told = lines.filter(Boolean);
    if (!told.length) return [];
    return [
      make("h4", {}, _("Nothing is said of")),
      make("ul", {class: "missing"}, ...told.map((line) => make("li", {}, line))),
    ];
  }

  // 2016, 2018–2020: years that follow each other in what the panel has.
  function spans(years, all) {
    const found = [];
    for (const year of years) {
      const last = found.at(-1);
      if (last && all.indexOf(year) === all.indexOf(last[1]) + 1) last[1] = year;
      else found.push([year, year]);
    }
    return found.map(([a, b]) => (a === b ? `${a}` : `${a}–${b}`)).join(", ");
  }

  // --- by keyboard ---

  // One of a group is a stop of Tab; the arrow keys lead from one to the next that lies there.
  function rove(box) {
    const all = () => [...box.querySelectorAll("[data-code], [data-point]")];
    const stop = all().find((each) => each.hasAttribute("aria-current")) || all()[0];
    const stopAt = (here) => {
      for (const each of all()) each.setAttribute("tabindex", each === here ? "0" : "-1");
    };
    stopAt(stop);
    if (box.dataset.roves) return;
    box.dataset.roves = "true";
    box.addEventListener("keydown", (event) => {
      const here = event.target.closest?.("[data-code], [data-point]");
      if (!here || event.ctrlKey || event.altKey || event.metaKey) return;
      const ends = {Home: 0, End: -1};
      const next = event.key in ends ? all().at(ends[event.key]) : neighbour(here, all(), event.key);
      if (!next) return;
      event.preventDefault();
      next.focus();
    });
    box.addEventListener("focusin", (event) => {
      const here = event.target.closest("[data-code], [data-point]");
      if (here) stopAt(here);
    });
  }

  function neighbour(here, all, key) {
    const way = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[key];
    if (!way) return null;
    const centre = (each) => {
      const box = (each.querySelector(".near, path") || each).getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    };
    const [x, y] = centre(here);
    let best = null, least = Infinity;
    for (const each of all) {
      const [dx, dy] = centre(each).map((at, n) => at - [x, y][n]);
      const along = dx * way[0] + dy * way[1], beside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
      // In a chart all that matters is what comes next.
      const far = here.dataset.code ? along + 2.5 * beside : along + beside / 1000;
      if (each !== here && along > 1 && far < least) [best, least] = [each, far];
    }
    return best;
  }

  function search() {
    const words = $("panel-search").value.trim().toLowerCase();
    const fits = ([code, name]) => words && (name.toLowerCase().includes(words) || code.startsWith(words));
    const starts = ([, name]) => name.toLowerCase().replace(/^(kabupaten|kota) /, "").startsWith(words);
    const found = panel.regions.filter(fits);
    found.sort((a, b) => starts(b) - starts(a) || Boolean(b[SAID]) - Boolean(a[SAID]));
    const more = found.length > MOST_FOUND ? `, ${_("{count} of them here", {count: MOST_FOUND})}` : "";
    $("panel-matches").textContent = words && `${ngettext("{count} region", "{count} regions", found.length)}${more}`;
    const told = (row) => {
      const disputes = row[DISPUTES] ? `, ${_("{count} disputed", {count: row[DISPUTES]})}` : "";
      return row[SAID] ? `${figures(row[SAID])}${disputes}` : _("nothing said");
    };
    const line = (row) => make("li", {}, make("a", {href: `#region-${row[0]}`}, row[NAME]), " ", quiet(told(row)));
    put($("panel-found"), ...found.slice(0, MOST_FOUND).map(line));
  }

  // --- what is done ---

  function follow(focus = "region") {
    const [, code] = /^#region-([\w.]+)$/.exec(location.hash) || [];
    if (code && regions.has(code)) show(code, focus);
  }

  $("panel-controls").addEventListener("submit", (event) => {
    event.preventDefault();
    const first = $("panel-found").querySelector("a");
    if (first) first.click();
  });
  for (const each of document.querySelectorAll("input[name=share]")) {
    each.addEventListener("change", () => { state.metric = each.value; update(); });
  }
  const slider = $("panel-month");
  slider.max = Math.max(0, panel.months.length - 1);
  slider.value = panel.months.indexOf(panel.start);
  slider.disabled = panel.months.length < 2;
  slider.addEventListener("input", () => { state.month = panel.months[Number(slider.value)]; update(); });
  $("panel-unsure").addEventListener("change", (event) => {
    state.unsure = event.target.checked;
    update();
    if (state.region) show(state.region, "");
  });
  $("panel-search").addEventListener("input", search);
  // Whoever comes from a map sees first what lies within, whoever comes from elsewhere the page.
  let focus = "region";
  $("panel").addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#region-']");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    focus = link.dataset.code ? "parts" : "region";
    if (location.hash !== link.getAttribute("href")) return;
    event.preventDefault();
    follow(focus);
  });
  window.addEventListener("hashchange", () => {
    follow(focus);
    focus = "region";
  });

  $("panel-latest").open = false;
  $("panel-desk").hidden = false;
  $("panel-map").hidden = !panel.months.length;
  mapOfProvinces();
  update();
  follow();
}

if (panel) setUp();
