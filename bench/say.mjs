/** One line of `npm run bench`: what was measured, and whether its goal is met. */
export function say(what, measured, ratio = "", target = "", met = true) {
  const verdict = target ? `(${target}: ${met ? "met" : "MISSED"})` : "";
  console.log([what.padEnd(40), measured.padEnd(18), ratio, verdict].join(" ").trimEnd());
}

export function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
