// Counts the prefixes in collision as users of these packages do: each prefix with each, until one collides.
//
// usage: node peer_node.mjs cidr-tools|fast-cidr-tools FILE
// The file has `PREFIX OWNER` on each line. Prints the seconds, without reading, and the count as JSON.

import { readFileSync } from "node:fs";

const [library, path] = process.argv.slice(2);
const module = await import(library);
const overlap = library === "cidr-tools" ? module.overlapCidr : (a, b) => module.overlap([a], [b]);

const held = readFileSync(path, "utf8").trimEnd().split("\n").map((line) => line.split(" "));
const begun = performance.now();
const collides = new Uint8Array(held.length);
for (let a = 0; a < held.length; a++) {
  for (let b = a + 1; b < held.length; b++) {
    if (collides[a] && collides[b]) continue;
    if (held[a][1] !== held[b][1] && overlap(held[a][0], held[b][0])) collides[a] = collides[b] = 1;
  }
}
const members = collides.reduce((sum, one) => sum + one, 0);
console.log(JSON.stringify({ seconds: (performance.now() - begun) / 1000, members }));
