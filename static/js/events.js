/**
 * A stream of server-sent events as they arrive, in pieces cut anywhere; of what the standard allows it reads what
 * the server sends: `event` and `data`, with comments in between. Pure.
 */

/**
 * @param {(event: string, data: string) => void} listener
 * @returns {(piece: string) => void}  takes the next piece of text
 */
export function eventReader(listener) {
  /** What has come of the line that is not over. @type {string[]} */
  let rest = [];
  let event = "message";
  /** @type {string[]} */
  let data = [];

  /** @param {string} line */
  const take = (line) => {
    if (line === "") {
      if (data.length) listener(event, data.join("\n"));
      event = "message";
      data = [];
      return;
    }
    const [, field, value] = /^([^:]*):? ?([^]*)$/.exec(line) ?? [];
    if (field === "event") event = value;
    if (field === "data") data.push(value);
  };

  return (piece) => {
    const lines = piece.split("\n");
    for (const end of lines.splice(0, lines.length - 1)) {
      take((rest.join("") + end).replace(/\r$/, ""));
      rest = [];
    }
    rest.push(lines[0]);
  };
}
