/* A shared screen counts down its last minute, and goes when its time is over. The server clears it by its own
   clock; without this file the page goes there by itself. */
"use strict";
const clock = document.querySelector(".clock");
const said = document.querySelector(".clock-said");
const end = Date.now() + Number(clock.dataset.most) * 1000;
let over = Date.now() + Number(clock.dataset.left) * 1000;

const tick = () => {
  const left = Math.ceil((Math.min(over, end) - Date.now()) / 1000);
  if (left < 0) {
    location.replace(clock.dataset.cleared);
    return;
  }
  clock.hidden = left > 60;
  clock.querySelector(".clock-left").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  const step = [10, 30, 60].find((each) => left <= each);
  const words = step ? said.getAttribute(`data-at-${step}`) : "";
  if (said.textContent !== words) {
    said.textContent = words;
  }
};

document.querySelector(".clock-stay").addEventListener("submit", () => {
  over = Date.now() + Number(clock.dataset.unused) * 1000;
  tick();
});
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
document.addEventListener("visibilitychange", tick);
setInterval(tick, 1000);
tick();
