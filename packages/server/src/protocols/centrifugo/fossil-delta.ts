/** Bytes of the base that are known by their hash; nothing shorter is worth a copy. */
const blockSize = 16;
/** Blocks of one hash that are tried at a place of the body: so the work grows with the bytes alone, whatever they are. */
const tried = 8;

const multiplier = 0x0100_0193;
/** What a byte counts that leaves the hash of a block. */
const leaving = powerOf(multiplier, blockSize - 1);

function powerOf(base: number, exponent: number): number {
  let power = 1;
  for (let i = 0; i < exponent; i += 1) power = Math.imul(power, base);
  return power;
}

function hashAt(bytes: Uint8Array, from: number): number {
  let hash = 0;
  for (let i = from; i < from + blockSize; i += 1) hash = (Math.imul(hash, multiplier) + at(bytes, i)) | 0;
  return hash;
}

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

/** Within a character of UTF-8. */
function isWithin(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** Where blocks of the base are, by their hash. */
class Blocks {
  private readonly hashes: Int32Array;
  private readonly heads: Int32Array;
  /** The next block in the same bucket. */
  private readonly next: Int32Array;
  private readonly shift: number;

  constructor(base: Uint8Array) {
    const count = Math.floor(base.length / blockSize);
    const bits = Math.max(1, Math.ceil(Math.log2(count + 1)));
    this.shift = 32 - bits;
    this.heads = new Int32Array(2 ** bits).fill(-1);
    this.next = new Int32Array(count);
    this.hashes = new Int32Array(count);
    for (let block = count - 1; block >= 0; block -= 1) {
      const hash = hashAt(base, block * blockSize);
      const bucket = this.bucketOf(hash);
      this.hashes[block] = hash;
      this.next[block] = this.heads[bucket] ?? -1;
      this.heads[bucket] = block;
    }
  }

  /** The first block that may be the one of this hash, -1 where there is none. */
  first(hash: number): number {
    return this.heads[this.bucketOf(hash)] ?? -1;
  }

  after(block: number): number {
    return this.next[block] ?? -1;
  }

  has(block: number, hash: number): boolean {
    return this.hashes[block] === hash;
  }

  private bucketOf(hash: number): number {
    return Math.imul(hash, 0x9e37_79b1) >>> this.shift;
  }
}

const digits = new TextEncoder().encode("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");
const [lineFeed, copying, comma, inserting, end] = new TextEncoder().encode("\n@,:;");

/** Writes commands into as much room as they may take; beyond, `full` is set, and nothing counts any more. */
class Commands {
  full = false;
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(room: number) {
    this.bytes = new Uint8Array(room);
  }

  number(value: number, sign: number | undefined): void {
    let size = 1;
    for (let rest = value; rest >= 64; rest = Math.floor(rest / 64)) size += 1;
    if (!this.has(size + 1)) return;
    for (let rest = value, i = this.at + size - 1; i >= this.at; i -= 1, rest = Math.floor(rest / 64))
      this.bytes[i] = digits[rest % 64] ?? 0;
    this.bytes[this.at + size] = sign ?? 0;
    this.at += size + 1;
  }

  copy(length: number, from: number): void {
    this.number(length, copying);
    this.number(from, comma);
  }

  insert(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.number(bytes.length, inserting);
    if (!this.has(bytes.length)) return;
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  take(): Uint8Array | undefined {
    return this.full ? undefined : this.bytes.subarray(0, this.at);
  }

  private has(bytes: number): boolean {
    if (this.at + bytes > this.bytes.length) this.full = true;
    return !this.full;
  }
}

/** Sum of the bytes as words of four, the last filled up with zeros. */
function checksumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 4)
    sum =
      (sum + ((at(bytes, i) << 24) | (at(bytes, i + 1) << 16) | (at(bytes, i + 2) << 8) | at(bytes, i + 3))) |
      0;
  return sum >>> 0;
}

/** A part of the body that stands in the base too. */
interface Match {
  /** In the body. */
  from: number;
  to: number;
  /** In the base. */
  at: number;
}

/**
 * What makes `body` of `base`, in Fossil's form (protocol notes, 14.1); undefined where that is no shorter. Made here and
 * not by a library, because clients choose both: the time is bounded by their lengths. `text`: both are UTF-8, and so is
 * the delta, as it is cut between characters only.
 */
export function fossilDelta(
  base: Uint8Array,
  body: Uint8Array,
  { text }: { readonly text: boolean },
): Uint8Array | undefined {
  const commands = new Commands(Math.max(0, body.length - 1));
  commands.number(body.length, lineFeed);
  // Most often something has changed in one place.
  const shortest = Math.min(base.length, body.length);
  let same = 0;
  while (same < shortest && base[same] === body[same]) same += 1;
  while (text && same > 0 && same < body.length && isWithin(at(body, same))) same -= 1;
  if (same < blockSize) same = 0;
  let tail = 0;
  while (tail < shortest - same && base[base.length - 1 - tail] === body[body.length - 1 - tail]) tail += 1;
  while (text && tail > 0 && isWithin(at(body, body.length - tail))) tail -= 1;
  if (tail < blockSize) tail = 0;
  if (same > 0) commands.copy(same, 0);
  changed(base, body.subarray(0, body.length - tail), { commands, from: same, text });
  if (tail > 0) commands.copy(tail, base.length - tail);
  commands.number(checksumOf(body), end);
  return commands.take();
}

/** The commands for the body from `from` on. */
function changed(
  base: Uint8Array,
  body: Uint8Array,
  { commands, from, text }: { readonly commands: Commands; readonly from: number; readonly text: boolean },
): void {
  let told = from;
  const last = body.length - blockSize;
  if (base.length >= blockSize && from <= last) {
    const blocks = new Blocks(base);
    let hash = hashAt(body, from);
    for (let place = from; place <= last && !commands.full;) {
      const match = matchAt(base, body, { blocks, hash, place, least: told });
      if (text && match !== undefined) cutBetweenCharacters(body, match);
      if (match !== undefined && match.to - match.from >= blockSize) {
        commands.insert(body.subarray(told, match.from));
        commands.copy(match.to - match.from, match.at);
        told = match.to;
        place = match.to;
        if (place <= last) hash = hashAt(body, place);
        continue;
      }
      hash =
        (Math.imul(hash - Math.imul(at(body, place), leaving), multiplier) + at(body, place + blockSize)) | 0;
      place += 1;
    }
  }
  commands.insert(body.subarray(told));
}

interface Looking {
  readonly blocks: Blocks;
  readonly hash: number;
  readonly place: number;
  /** What stands before has been told. */
  readonly least: number;
}

/** The longest part around `place` that stands in the base, of those that are tried. */
function matchAt(
  base: Uint8Array,
  body: Uint8Array,
  { blocks, hash, place, least }: Looking,
): Match | undefined {
  let best: Match | undefined;
  for (
    let block = blocks.first(hash), left = tried;
    block >= 0 && left > 0;
    block = blocks.after(block), left -= 1
  ) {
    if (!blocks.has(block, hash)) continue;
    const start = block * blockSize;
    let ahead = 0;
    while (
      place + ahead < body.length &&
      start + ahead < base.length &&
      base[start + ahead] === body[place + ahead]
    )
      ahead += 1;
    if (ahead < blockSize) continue;
    let behind = 0;
    while (place - behind > least && behind < start && base[start - behind - 1] === body[place - behind - 1])
      behind += 1;
    if (best === undefined || ahead + behind > best.to - best.from)
      best = { from: place - behind, to: place + ahead, at: start - behind };
  }
  return best;
}

function cutBetweenCharacters(body: Uint8Array, match: Match): void {
  while (match.from < match.to && isWithin(at(body, match.from))) {
    match.from += 1;
    match.at += 1;
  }
  while (match.to > match.from && match.to < body.length && isWithin(at(body, match.to))) match.to -= 1;
}
