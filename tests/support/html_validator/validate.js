// Pages as lines of JSON (a text each) on standard input; one line of JSON a page on standard output, in
// order: the list of what is wrong with it. Needs no network.
"use strict";

const readline = require("node:readline");
const { HtmlValidate, StaticConfigLoader } = require("html-validate");

// "standard" is what the HTML standard itself asks for; matters of taste are left out.
const validator = new HtmlValidate(
  new StaticConfigLoader({
    root: true,
    extends: ["html-validate:standard", "html-validate:a11y"],
    rules: {
      // A table that becomes a list on a phone (display: block) loses its roles unless they are written down.
      "no-redundant-role": "off",
      // A box that scrolls by itself is a named region, and no section of the page.
      "prefer-native-element": "off",
      // A shared tablet clears itself also without JavaScript, after a countdown that a touch begins anew.
      "meta-refresh": "off",
    },
  }),
);

function faultsOf(line) {
  const report = validator.validateStringSync(JSON.parse(line));
  return report.results.flatMap((result) =>
    result.messages.map((each) => `${each.line}:${each.column} ${each.ruleId}: ${each.message}`),
  );
}

readline
  .createInterface({ input: process.stdin })
  .on("line", (line) => process.stdout.write(`${JSON.stringify(faultsOf(line))}\n`));
