/**
 * Colours of classes. The colours of the first palette differ for any common colour vision; the greys of the others are
 * left out, because grey means "other" and "no value" here.
 *
 * Sources: Okabe and Ito 2008 (Color Universal Design); Tol 2021 (SRON/EPS/TN/09-002, "bright"); Kelly 1965 (22 colours
 * of maximum contrast, without white and black); Brewer (ColorBrewer 2.0, Set2 and Dark2); Tableau 10 (2016).
 */

/** Names of the palettes. */
export type Palette = "okabe-ito" | "tol-bright" | "dark2" | "set2" | "tableau10" | "kelly";

/** The palettes, the default first. */
export const PALETTES: readonly { id: Palette; name: string; safe: boolean; colours: readonly string[] }[] = [
  {
    id: "okabe-ito",
    name: "Okabe–Ito",
    safe: true,
    colours: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#f0e442"],
  },
  { id: "tol-bright", name: "Tol bright", safe: true, colours: ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377"] },
  { id: "dark2", name: "Dark2", safe: true, colours: ["#1b9e77", "#d95f02", "#7570b3", "#e7298a", "#66a61e", "#e6ab02", "#a6761d"] },
  { id: "set2", name: "Set2", safe: true, colours: ["#66c2a5", "#fc8d62", "#8da0cb", "#e78ac3", "#a6d854", "#ffd92f", "#e5c494"] },
  {
    id: "tableau10",
    name: "Tableau 10",
    safe: false,
    colours: ["#4e79a7", "#f28e2b", "#e15759", "#76b7b2", "#59a14f", "#edc948", "#b07aa1", "#ff9da7", "#9c755f"],
  },
  {
    id: "kelly",
    name: "Kelly",
    safe: false,
    colours: [
      "#ffb300", "#803e75", "#ff6800", "#a6bdd7", "#c10020", "#cea262", "#817066", "#007d34", "#f6768e", "#00538a",
      "#ff7a5c", "#53377a", "#ff8e00", "#b32851", "#f4c800", "#7f180d", "#93aa00", "#593315", "#f13a13", "#232c16",
    ],
  },
];

/** Colours of what is no group of its own, and of the paper. */
export const NEUTRAL = {
  light: { other: "#8b939c", missing: "#c2c8ce", paper: "#ffffff", ink: "#1b1f24", quiet: "#5b646e" },
  dark: { other: "#7c8793", missing: "#4b545e", paper: "#15191e", ink: "#e8eaed", quiet: "#a4adb8" },
} as const;

/** The colours of a palette on a ground: what cannot be seen on dark paper is turned into its pale counterpart. */
export function coloursOf(palette: Palette, theme: "light" | "dark"): readonly string[] {
  const { colours } = PALETTES.find(({ id }) => id === palette) ?? (PALETTES[0] as (typeof PALETTES)[number]);
  if (theme === "light") return colours;
  return colours.map((one) => ({ "#000000": "#e8eaed", "#232c16": "#e8eaed", "#593315": "#b98a63" })[one] ?? one);
}

/** Contrast of two colours by WCAG 2, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [one, other] = [luminance(a), luminance(b)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

function luminance(css: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(css.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
