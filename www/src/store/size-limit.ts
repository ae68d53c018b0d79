/** Largest model file taken into a browser. */
export const MOST_BYTES = 3.5 * 1024 ** 3;
