import { encode } from "uqr";

/** A QR code as the path of its dark modules, in a square of `size` modules with the margin that scanners need. */
export function qrCodeOf(address: string): { path: string; size: number } {
  const { data, size } = encode(address, { ecc: "M", border: 4 });
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return { path, size };
}

/** The code as an SVG file. */
export const svgOf = ({ path, size }: { path: string; size: number }) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}h-${size}z"/><path d="${path}"/></svg>`;
