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
