import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { open, rename, unlink, type FileHandle } from "node:fs/promises";
import type { Clock } from "../core/clock.ts";
import type { CallbackObserver } from "./endpoint.ts";
import { FileLock } from "./file-lock.ts";
import { sizeOf, type Letter } from "./letter.ts";
import type { Spool } from "./outbox.ts";
import { addedLine, parseSpool, settledLine, spoolHeader } from "./spool-text.ts";

export interface FileSpoolOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly observer: Pick<CallbackObserver, "notice" | "spoolFailed" | "spoolWritten">;
  /** Bytes, about, of settled letters at which the file is written anew, if they are most of it. @default 1 MiB */
  readonly compactAbove?: number;
  /** Characters that may wait for the disk; above it the file is written anew once the disk takes it. @default 16 MiB */
  readonly bufferLimit?: number;
}

/** Who reads it: events hold what users said to each other. */
const mode = 0o600;
/** Characters of letters, about, that are written at once when the file is written anew. */
const pieceSize = 256 * 1024;
/** Milliseconds until a disk that failed is tried again. */
const patience = 5_000;

/**
 * A file to which letters are appended, and later their ids, by a single writer in the background. It survives the
 * process, whatever ends it, but for what was posted in the last moment; it is not forced to disk for each letter, so
 * that a machine that loses its power may lose the last seconds. Belongs to one process at a time, by a lock beside it.
 */
export class FileSpool implements Spool {
  private readonly live = new Map<string, Letter>();
  private liveSize = 0;
  private settledSize = 0;
  private buffer: string[] = [];
  private buffered = 0;
  /** The file does not say what it should: it has to be written anew. */
  private behind = false;
  private running: Promise<void> | undefined = undefined;
  private handle: FileHandle | undefined = undefined;
  private lock: FileLock | undefined = undefined;
  /** The file itself, where the path leads to it by a link. */
  private path: string;
  private closed = false;
  /** Ends the wait for a disk that failed. */
  private wake: (() => void) | undefined = undefined;

  constructor(private readonly options: FileSpoolOptions) {
    this.path = options.path;
  }

  /** Reads what an earlier process has left, and writes the file anew. */
  open(): readonly Letter[] {
    this.path = fileAt(this.options.path);
    this.lock = FileLock.take(`${this.path}.lock`);
    if (this.lock === undefined) throw new Error(`${this.path} is in use by another process`);
    try {
      return this.takeOver();
    } catch (cause) {
      this.lock.release();
      throw cause;
    }
  }

  private takeOver(): readonly Letter[] {
    const { path } = this;
    const { observer } = this.options;
    const content = parseSpool(readIfThere(path));
    if (content === undefined) throw new Error(`${path} is no spool of this server; choose another file`);
    const { letters, damaged } = content;
    if (damaged > 0) observer.notice(`webhooks.spool: ${damaged} damaged lines were passed over`);
    if (letters.length > 0)
      observer.notice(`webhooks.spool: ${letters.length} events of an earlier process will be delivered`);
    writeAnew(path, letters);
    for (const letter of letters) {
      this.live.set(letter.id, letter);
      this.liveSize += sizeOf(letter);
    }
    return letters;
  }

  added(letter: Letter): void {
    this.live.set(letter.id, letter);
    this.liveSize += sizeOf(letter);
    this.say(addedLine(letter));
  }

  settled(letters: readonly Letter[]): void {
    if (letters.length === 0) return;
    for (const letter of letters) {
      if (!this.live.delete(letter.id)) continue;
      this.liveSize -= sizeOf(letter);
      this.settledSize += sizeOf(letter);
    }
    this.say(settledLine(letters));
  }

  async close(): Promise<void> {
    this.closed = true;
    this.wake?.();
    await this.running;
    await this.write().catch(() => undefined);
    await this.handle?.close().catch(() => undefined);
    this.handle = undefined;
    this.lock?.release();
  }

  private say(line: string): void {
    if (this.closed) return;
    // Writing it anew will say it all.
    if (!this.behind) {
      this.buffer.push(line);
      this.buffered += line.length;
      if (this.buffered > (this.options.bufferLimit ?? 16 * 1024 * 1024)) this.fallBehind();
    }
    this.running ??= this.run();
  }

  private fallBehind(): void {
    this.behind = true;
    this.buffer = [];
    this.buffered = 0;
  }

  private async run(): Promise<void> {
    const { clock, observer } = this.options;
    // What else is posted in this turn goes along.
    await clock.nextTurn();
    while (this.hasWork) {
      try {
        await this.write();
        observer.spoolWritten();
      } catch (cause) {
        this.fallBehind();
        observer.spoolFailed(cause);
        if (this.closed) break;
        await new Promise<void>((resolve) => {
          this.wake = resolve;
          void clock.delay(patience).then(resolve);
        });
      }
    }
    this.running = undefined;
  }

  private get hasWork(): boolean {
    return this.behind || this.buffer.length > 0;
  }

  private async write(): Promise<void> {
    if (this.behind || this.mostlySettled) {
      await this.compact();
      return;
    }
    if (this.buffer.length === 0) return;
    const text = this.buffer.join("");
    this.buffer = [];
    this.buffered = 0;
    this.handle ??= await open(this.path, "a", mode);
    await this.handle.appendFile(text);
  }

  private get mostlySettled(): boolean {
    return this.settledSize > Math.max(this.liveSize, this.options.compactAbove ?? 1024 * 1024);
  }

  /** Writes what is live beside the file, and puts it in its place. What is said meanwhile is appended to that. */
  private async compact(): Promise<void> {
    const { path } = this;
    this.behind = false;
    this.buffer = [];
    this.buffered = 0;
    this.settledSize = 0;
    const pieces = piecesOf([...this.live.values()]);
    const next = await open(`${path}.new`, "w", mode);
    try {
      await next.appendFile(spoolHeader);
      for (const piece of pieces) await next.appendFile(piece);
      await next.sync();
      await rename(`${path}.new`, path);
    } catch (cause) {
      await next.close().catch(() => undefined);
      // On a full disk, half a file takes the room that the next try needs.
      await unlink(`${path}.new`).catch(() => undefined);
      throw cause;
    }
    const before = this.handle;
    this.handle = next;
    await before?.close();
  }
}

/** The regular file that the path leads to, which need not be there. Whatever else is there must not be put out of its place. */
function fileAt(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return path;
  if (!found.isFile()) throw new Error(`${path} is no regular file`);
  return realpathSync(path);
}

function readIfThere(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? "" : readFileSync(path, "utf8");
}

function* piecesOf(letters: readonly Letter[]): Generator<string> {
  let piece = "";
  for (const letter of letters) {
    piece += addedLine(letter);
    if (piece.length < pieceSize) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}

/** At the start nobody waits yet. */
function writeAnew(path: string, letters: readonly Letter[]): void {
  const file = openSync(`${path}.new`, "w", mode);
  try {
    writeFileSync(file, [spoolHeader, ...letters.map(addedLine)].join(""));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}
