/**
 * Screenshots made small: a PNG in true colours becomes one with a palette of 256 colours, a third of its size. Only what a
 * browser's screenshots are: 8 bits a channel, RGB or RGBA, not interlaced.
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOURS = 256;

interface Picture {
  readonly width: number;
  readonly height: number;
  /** 0xRRGGBB of every pixel, row by row. */
  readonly pixels: Uint32Array;
}

export function withPalette(png: Buffer): Buffer {
  const picture = decode(png);
  const counts = new Map<number, number>();
  for (const pixel of picture.pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const palette = paletteOf([...counts].map(([colour, count]) => ({ colour, count })));
  const indices = new Map([...counts.keys()].map((colour) => [colour, nearest(palette, colour)]));
  return encode(
    picture,
    palette,
    picture.pixels.map((pixel) => indices.get(pixel) ?? 0),
  );
}

function decode(png: Buffer): Picture {
  if (!png.subarray(0, 8).equals(SIGNATURE)) throw new Error('This is no PNG.');
  const data: Buffer[] = [];
  let header: Buffer | undefined;
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = body;
    if (type === 'IDAT') data.push(body);
    at += length + 12;
  }
  if (!header || header[8] !== 8 || ![2, 6].includes(header[9] ?? 0) || header[12] !== 0) {
    throw new Error('Only PNGs with 8 bits a channel, RGB or RGBA, not interlaced are read.');
  }
  const [width, height, channels] = [header.readUInt32BE(0), header.readUInt32BE(4), header[9] === 6 ? 4 : 3];
  const rows = unfilter(inflateSync(Buffer.concat(data)), width * channels, height, channels);
  const pixels = Uint32Array.from({ length: width * height }, (_, i) => rows.readUIntBE(i * channels, 3));
  return { width, height, pixels };
}

/** Undoes the filter of each row (PNG specification, section 9). */
function unfilter(filtered: Buffer, stride: number, height: number, channels: number): Buffer {
  const rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = filtered[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x >= channels ? (rows[at - channels] as number) : 0;
      const up = y > 0 ? (rows[at - stride] as number) : 0;
      const corner = x >= channels && y > 0 ? (rows[at - stride - channels] as number) : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0] ?? 0;
      rows[at] = (filtered[y * (stride + 1) + 1 + x] as number) + guess;
    }
  }
  return rows;
}

function paeth(left: number, up: number, corner: number): number {
  const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

interface Counted {
  readonly colour: number;
  readonly count: number;
}

const channel = (colour: number, shift: number): number => (colour >> shift) & 255;

/** Median cut: the box with the most pixels times its longest side is halved until there are enough. */
function paletteOf(colours: readonly Counted[]): number[] {
  const boxes: Box[] = [boxOf(colours)];
  while (boxes.length < COLOURS) {
    const worst = boxes.reduce((a, b) => (b.worth > a.worth ? b : a));
    if (worst.worth === 0) break;
    const sorted = [...worst.colours].sort((a, b) => channel(a.colour, worst.shift) - channel(b.colour, worst.shift));
    let seen = 0;
    const half = sorted.reduce((sum, { count }) => sum + count, 0) / 2;
    const cut = sorted.findIndex(({ count }) => (seen += count) >= half);
    const at = Math.min(Math.max(1, cut), sorted.length - 1);
    boxes.splice(boxes.indexOf(worst), 1, boxOf(sorted.slice(0, at)), boxOf(sorted.slice(at)));
  }
  return boxes.map(({ colours: inside }) => inside.reduce((a, b) => (b.count > a.count ? b : a)).colour);
}

interface Box {
  readonly colours: readonly Counted[];
  readonly shift: number;
  readonly worth: number;
}

function boxOf(colours: readonly Counted[]): Box {
  let [shift, longest, pixels] = [0, 0, 0];
  for (const one of [16, 8, 0]) {
    let [low, high] = [255, 0];
    for (const { colour } of colours) {
      low = Math.min(low, channel(colour, one));
      high = Math.max(high, channel(colour, one));
    }
    if (high - low > longest) [shift, longest] = [one, high - low];
  }
  for (const { count } of colours) pixels += count;
  return { colours, shift, worth: colours.length > 1 ? longest * Math.sqrt(pixels) : 0 };
}

function nearest(palette: readonly number[], colour: number): number {
  let [best, least] = [0, Infinity];
  palette.forEach((candidate, i) => {
    const distance = [16, 8, 0].reduce((sum, s) => sum + (channel(candidate, s) - channel(colour, s)) ** 2, 0);
    if (distance < least) [best, least] = [i, distance];
  });
  return best;
}

function encode({ width, height }: Picture, palette: readonly number[], indices: Uint32Array): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    rows.set(indices.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  const colours = Buffer.from(palette.flatMap((colour) => [16, 8, 0].map((shift) => channel(colour, shift))));
  const chunks = [
    ['IHDR', header],
    ['PLTE', colours],
    ['IDAT', deflateSync(rows, { level: 9 })],
    ['IEND', Buffer.alloc(0)],
  ] as const;
  return Buffer.concat([SIGNATURE, ...chunks.map(([type, body]) => chunk(type, body))]);
}

function chunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const framed = Buffer.alloc(8);
  framed.writeUInt32BE(body.length, 0);
  framed.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([framed.subarray(0, 4), named, framed.subarray(4)]);
}
