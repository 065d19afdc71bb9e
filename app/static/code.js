/* A QR picture holds the address of this page with the code after "#", which no server is sent. It is put into
   the box, and taken out of the address and the history. Without this, the code is typed. */
"use strict";
const box = document.querySelector("input[name=code]");
if (box && location.hash.length > 1) {
  box.value = decodeURIComponent(location.hash.slice(1)).slice(0, 40);
  history.replaceState(null, "", location.pathname);
}
