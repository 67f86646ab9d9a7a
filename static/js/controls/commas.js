/** A comma is the point before decimals wherever a number is typed: a field would drop it, and make 5 of "0,5". */
export function readCommas() {
  document.addEventListener("beforeinput", (event) => {
    const { target, data } = event;
    if (!(target instanceof HTMLInputElement) || !isNumber(target) || !data?.includes(",")) return;
    event.preventDefault();
    // Such a field has no place that a script could write at; this keeps the cursor, and what can be undone.
    document.execCommand("insertText", false, data.replaceAll(",", "."));
  });
}

/** Some numbers have a word in their place, so their field is one of text. @param {HTMLInputElement} field */
const isNumber = ({ type, inputMode }) => type === "number" || inputMode === "decimal";
