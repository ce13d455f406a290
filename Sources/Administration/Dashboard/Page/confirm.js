// A question before what cannot be undone.

import { byId, write } from "./elements.js";

/** Asks; whether the answer is yes. Escape is no. */
export function confirmed(title, text, yes, isDanger = false) {
  const dialog = byId("confirm");
  write(byId("confirm-title"), title);
  write(byId("confirm-text"), text);
  write(byId("confirm-yes"), yes);
  byId("confirm-yes").className = isDanger ? "danger" : "primary";
  return new Promise((resolve) => {
    const answer = (value) => () => {
      dialog.returnValue = value;
      dialog.close();
    };
    byId("confirm-yes").onclick = answer("yes");
    byId("confirm-no").onclick = answer("no");
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
    byId("confirm-no").focus();
  });
}
