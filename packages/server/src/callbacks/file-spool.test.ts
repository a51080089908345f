import { afterEach, expect, test } from "bun:test";
import {
  appendFileSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { systemClock } from "../transport/system-clock.ts";
import { FileSpool, type FileSpoolOptions } from "./file-spool.ts";
import type { Letter } from "./letter.ts";
import { spoolHeader } from "./spool-text.ts";

const folders: string[] = [];
const opened: FileSpool[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), "twinwire-"));
  folders.push(folder);
  return join(folder, "spool");
}

function letter(n: number, text = `{"n":${n}}`): Letter {
  return { id: `id-${n}`, order: n, endpoint: "e", lane: "l\n\t", at: n, text };
}

const told: string[] = [];

function spool(path: string, more: Partial<FileSpoolOptions> = {}): FileSpool {
  const observer = {
    notice: (message: string) => told.push(message),
    spoolFailed: (cause: unknown) => told.push(`failed ${String(cause)}`),
    spoolWritten: () => undefined,
  };
  const one = new FileSpool({ path, clock: systemClock, observer, ...more });
  opened.push(one);
  return one;
}

/** What a process that starts now would find. */
async function found(path: string): Promise<readonly string[]> {
  const next = spool(path);
  const ids = next.open().map(({ id }) => id);
  await next.close();
  return ids;
}

test("what was added and not settled is found again, in order, as it was", async () => {
  const path = place();
  const first = spool(path);
  expect(first.open()).toEqual([]);
  for (let n = 0; n < 10; n += 1) first.added(letter(n));
  first.settled([letter(0), letter(3)]);
  await first.close();
  const again = spool(path).open();
  expect(again.map(({ id }) => id)).toEqual([1, 2, 4, 5, 6, 7, 8, 9].map((n) => `id-${n}`));
  expect(again[0]).toMatchObject({ endpoint: "e", lane: "l\n\t", at: 1, text: '{"n":1}' });
});

test("what was found stays until it is settled, over any number of starts", async () => {
  const path = place();
  const first = spool(path);
  first.open();
  first.added(letter(1));
  first.added(letter(2));
  await first.close();
  expect(await found(path)).toEqual(["id-1", "id-2"]);
  const second = spool(path);
  const [one] = second.open();
  if (one !== undefined) second.settled([one]);
  await second.close();
  expect(await found(path)).toEqual(["id-2"]);
});

test("a tail that was cut off anywhere costs its own line alone", async () => {
  const path = place();
  const first = spool(path);
  first.open();
  for (let n = 0; n < 5; n += 1) first.added(letter(n));
  await first.close();
  const whole = readFileSync(path, "utf8");
  const lastLine = whole.trimEnd().lastIndexOf("\n") + 1;
  for (let end = lastLine; end < whole.length - 1; end += 1) {
    writeFileSync(path, whole.slice(0, end));
    expect(await found(path)).toEqual(["id-0", "id-1", "id-2", "id-3"]);
  }
});

test("what is no line of a spool is passed over, and told", async () => {
  const path = place();
  const first = spool(path);
  first.open();
  first.added(letter(1));
  await first.close();
  appendFileSync(path, '\u0000\u0000\u0000\n["+","id-2"]\n{"a":1}\nnull\n["?"]\n["-",7]\n');
  const last = spool(path);
  told.length = 0;
  expect(last.open().map(({ id }) => id)).toEqual(["id-1"]);
  expect(told[0]).toBe("webhooks.spool: 5 damaged lines were passed over");
  last.added(letter(3));
  await last.close();
  expect(await found(path)).toEqual(["id-1", "id-3"]);
});

test("a file of somebody else's is left alone", () => {
  const path = place();
  writeFileSync(path, "my thesis\n");
  expect(() => spool(path).open()).toThrow("is no spool of this server");
  expect(readFileSync(path, "utf8")).toBe("my thesis\n");
});

test("what is no file is left in its place, and not waited for", async () => {
  const path = place();
  const fifo = `${path}.fifo`;
  expect(Bun.spawnSync(["mkfifo", fifo]).exitCode).toBe(0);
  for (const other of [fifo, dirname(path), "/dev/null"]) {
    const before = statSync(other);
    expect(() => spool(other).open()).toThrow("is no regular file");
    expect(statSync(other).ino).toBe(before.ino);
  }
});

test("a link leads to the same file, before and after", async () => {
  const path = place();
  const link = `${path}.link`;
  writeFileSync(path, "");
  symlinkSync(path, link);
  const first = spool(link);
  first.open();
  first.added(letter(1));
  await first.close();
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(await found(path)).toEqual(["id-1"]);
});

test("a file that another one has open is left to it", async () => {
  const path = place();
  const first = spool(path);
  first.open();
  expect(() => spool(path).open()).toThrow("is in use by another process");
  first.added(letter(1));
  await first.close();
  expect(await found(path)).toEqual(["id-1"]);
});

test("a start that was refused leaves the file to the next one", async () => {
  const path = place();
  writeFileSync(path, "my thesis\n");
  expect(() => spool(path).open()).toThrow("is no spool");
  writeFileSync(path, "");
  expect(await found(path)).toEqual([]);
});

test("a place that cannot be written to is told at once", () => {
  expect(() => spool(join(place(), "no", "such", "folder")).open()).toThrow("cannot be locked");
});

test("nobody else may read it", () => {
  const path = place();
  spool(path).open();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("settled letters do not make the file grow for ever", async () => {
  const path = place();
  const one = spool(path, { compactAbove: 10_000 });
  one.open();
  one.added(letter(-1));
  for (let n = 0; n < 2_000; n += 1) {
    one.added(letter(n));
    one.settled([letter(n)]);
    if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await one.close();
  expect(statSync(path).size).toBeLessThan(30_000);
  expect(await found(path)).toEqual(["id--1"]);
});

test("what is said while the file is written anew is in it all the same", async () => {
  const path = place();
  const one = spool(path, { compactAbove: 0 });
  one.open();
  const live = new Set<string>();
  for (let n = 0; n < 3_000; n += 1) {
    one.added(letter(n));
    live.add(`id-${n}`);
    if (n % 2 === 0) {
      one.settled([letter(n)]);
      live.delete(`id-${n}`);
    }
    if (n % 97 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await one.close();
  expect(await found(path)).toEqual([...live]);
});

test("a disk that is slower than the events costs no memory: the file catches up at once", async () => {
  const path = place();
  const one = spool(path, { bufferLimit: 1_000 });
  one.open();
  for (let n = 0; n < 500; n += 1) one.added(letter(n));
  await one.close();
  expect(await found(path)).toHaveLength(500);
});

test("a disk that fails is told, and loses nothing once it is back", async () => {
  const path = place();
  const folder = `${path}.new`;
  const one = spool(path, { bufferLimit: 1 });
  one.open();
  told.length = 0;
  // The file cannot be written anew where a folder has its name.
  await Bun.write(join(folder, "x"), "");
  one.added(letter(1));
  while (told.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(told[0]).toContain("failed");
  rmSync(folder, { recursive: true });
  one.added(letter(2));
  await one.close();
  expect(await found(path)).toEqual(["id-1", "id-2"]);
});

test("a spool begins with what it is", () => {
  const path = place();
  spool(path).open();
  expect(readFileSync(path, "utf8")).toBe(spoolHeader);
});
