/* Before a page of answers is sent, looks whether the server can be reached. If it cannot, the page stays as it is,
   with what was typed, and says so. The answer of the server counts, not what the browser thinks of its connection:
   a clinic may serve itself. Without this, or when anything here fails, the browser sends as it always does. */
"use strict";
(() => {
  const said = document.querySelector(".no-connection");
  const LONGEST_LOOK = 10 * 1000;
  let isLooking = false;
  let isReached = false;
  let slowLooks = 0;

  const look = async () => {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), LONGEST_LOOK);
    const how = { method: "HEAD", cache: "no-store", credentials: "omit", signal: giveUp.signal };
    const answer = await fetch(said.dataset.look, how).catch(() => null);
    clearTimeout(timer);
    slowLooks += giveUp.signal.aborted ? 1 : 0;
    const isSlow = slowLooks > 1; // a very slow line: the second press sends
    return isSlow || (answer !== null && answer.status < 500);
  };

  const send = async (form, button) => {
    isLooking = true;
    said.hidden = true;
    try {
      isReached = await look();
    } catch {
      isReached = true;
    }
    isLooking = false;
    if (isReached) {
      setTimeout(() => form.requestSubmit(button)); // a browser ignores it while it still handles the first press
    } else {
      said.hidden = false;
    }
  };

  if (said && window.fetch && window.AbortController && HTMLFormElement.prototype.requestSubmit) {
    said.closest("form").addEventListener("submit", (event) => {
      if (isReached) {
        isReached = false;
        return;
      }
      event.preventDefault();
      if (!isLooking) {
        send(event.target, event.submitter);
      }
    });
  }
})();
