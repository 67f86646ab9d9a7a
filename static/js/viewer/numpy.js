/** Arrays of 16-bit numbers in NumPy's format, as the server sends the samples of a picture. Pure. */

/** The name of the format, its version, and the length of the header, which ends on a multiple of 64. */
const BEFORE_HEADER = 10;

/** @param {ArrayBuffer} buffer @returns {{width: number, height: number, channels: number, samples: Uint16Array}} */
export function samplesOf(buffer) {
  const length = new DataView(buffer).getUint16(8, true);
  const header = new TextDecoder().decode(new Uint8Array(buffer, BEFORE_HEADER, length));
  const shape = /'shape': \((\d+), (\d+)(?:, (\d+))?/.exec(header);
  if (!shape || !header.includes("<u2")) throw new Error("The server sent samples that this page does not read.");
  const [height, width, channels] = [shape[1], shape[2], shape[3] ?? 1].map(Number);
  return { width, height, channels, samples: new Uint16Array(buffer, BEFORE_HEADER + length) };
}
