// What the parts of the report share. It stands before them; each of them is in a block of its own.

"use strict";

const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);

// What was packed when the report was made: letters, then gzip, then JSON.
async function unpacked(letters) {
  const pressed = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
  const stream = new Blob([pressed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// --- the language of the page ---------------------------------------------------------------------

const LANGUAGE = document.documentElement.lang;
const {spoken} = data;

const filled = (message, values) => message.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

// A message in the language of the page, with its values filled in; English is its own.
const _ = (message, values = {}) => filled(spoken.messages[message] ?? message, values);

// A message about so many things; {count} in it is their number.
function ngettext(one, many, count, values = {}) {
  const forms = spoken.messages[one] ?? [one, many];
  const form = forms.length === 1 || count === 1 ? forms[0] : forms[1];
  return filled(form, {count: grouped(count), ...values});
}

// A number with no more than two decimals.
const grouped = (number) => number.toLocaleString(LANGUAGE, {maximumFractionDigits: 2});

// A month or a year as ISO writes it, in the words of the page; English keeps it as it is.
function timeWords(time, {short = false} = {}) {
  if (LANGUAGE === "en" || !/^\d{4}-\d{2}(-\d{2})?$/.test(time)) return time;
  const [year, month, day] = time.split("-").map(Number);
  const name = spoken.months[short ? 1 : 0][month - 1];
  return `${day ? `${day} ` : ""}${name} ${year}`;
}
