// One FHIR R4 resource a line on standard input; one line of JSON a resource on standard output, in order:
// the list of its errors. Needs no network.
"use strict";

const readline = require("node:readline");
const { Fhir } = require("fhir");

const fhir = new Fhir();
const SERIOUS = new Set(["error", "fatal"]);

// The package takes a required "answerBoolean": false for one that is missing, so it is shown a true.
const withoutFalseAlarm = (name, value) => (name === "answerBoolean" && value === false ? true : value);

function errorsOf(line) {
  try {
    const { messages } = fhir.validate(JSON.parse(line, withoutFalseAlarm), { errorOnUnexpected: true });
    return messages
      .filter((each) => SERIOUS.has(each.severity))
      .map((each) => `${each.resourceId} ${each.location}: ${each.message}`);
  } catch (problem) {
    return [`could not be read: ${problem.message}`];
  }
}

readline
  .createInterface({ input: process.stdin })
  .on("line", (line) => process.stdout.write(`${JSON.stringify(errorsOf(line))}\n`));
