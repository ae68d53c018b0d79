/**
 * Numbers and times for people: digits in groups of three with a thin space, a unit after every number, and only
 * significant digits.
 */

/** Narrow no-break space: between groups of digits and before units. */
const THIN = "\u202f";

/** `12345` → `12 345`. */
export function count(value: number): string {
  const digits = Math.round(Math.abs(value)).toString();
  const grouped = digits.length < 5 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, THIN);
  return value < 0 ? `−${grouped}` : grouped;
}

/** `1, "record"` → `1 record`; `2, "record"` → `2 records`. */
export function plural(value: number, noun: string, many = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : many}`;
}

/** A number of bytes in powers of 1000: `4923000` → `4.9 MB`. */
export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let unit = 0;
  let shown = value;
  while (shown >= 1000 && unit < units.length - 1) {
    shown /= 1000;
    unit += 1;
  }
  return `${unit === 0 || shown >= 100 ? count(shown) : shown.toFixed(1)}${THIN}${units[unit]}`;
}

/** A large quantity in millions or billions: `1213985` → `1.21 M`. */
export function large(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(2)}${THIN}G`;
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)}${THIN}M`;
  return count(value);
}

/** A time span: `0.42 s`, `12 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return "–";
  if (seconds < 1) return `${seconds.toFixed(2)}${THIN}s`;
  if (seconds < 10) return `${seconds.toFixed(1)}${THIN}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${THIN}s`;
  const pad = (part: number): string => part.toString().padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)}${THIN}min ${pad(whole % 60)}${THIN}s`;
  return `${Math.floor(whole / 3600)}${THIN}h ${pad(Math.floor((whole % 3600) / 60))}${THIN}min`;
}

/** A rate: `1234.5, "residues"` → `1235 residues/s`. */
export function rate(value: number, noun: string): string {
  return `${count(value)} ${noun}/s`;
}

/** A share between 0 and 1 as a percentage with one decimal. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)}${THIN}%`;
}

/**
 * A sentence from an error message: the first letter in upper case and a full stop at the end. A name at the start
 * (`model.safetensors …`) keeps its spelling.
 */
export function sentence(fragment: string): string {
  const text = fragment.trim();
  if (text === "") return "";
  const start = /^[a-z'’-]+(?![\w.])/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?…]$/.test(start) ? start : `${start}.`;
}

/** A name for a file to save: no sign at its start that a shell or a file manager takes for an option or for hidden. */
export function fileName(name: string): string {
  // eslint-disable-next-line no-control-regex -- these are the characters that file systems refuse
  const plain = name.replace(/[\u0000-\u001f<>:"/\\|?*]+/g, "-").replace(/^[-.~\s]+/, "");
  const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(plain);
  return plain === "" ? "file" : reserved ? `_${plain}` : plain;
}

/** A long text cut for display, whole characters only. */
export function cut(text: string, most = 200): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}
