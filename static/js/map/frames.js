/** A map that is forming, as the event stream carries it: base64 of little-endian 32-bit floats, row by row. Pure. */

/**
 * @param {{shape: readonly number[], coordinates: string}} frame @returns {Float32Array[]}  (n_samples, n_components)
 */
export function coordinatesOf({ shape: [count, dims], coordinates }) {
  const letters = atob(coordinates);
  if (letters.length !== 4 * count * dims)
    throw new RangeError(`A frame of ${count} × ${dims} numbers came with ${letters.length} bytes.`);
  const bytes = new DataView(new ArrayBuffer(letters.length));
  for (let i = 0; i < letters.length; i++) bytes.setUint8(i, letters.charCodeAt(i));
  const values = new Float32Array(count * dims);
  for (let i = 0; i < values.length; i++) values[i] = bytes.getFloat32(4 * i, true);
  return Array.from({ length: count }, (_, i) => values.subarray(dims * i, dims * (i + 1)));
}
