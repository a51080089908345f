import { expect, test } from "bun:test";
import { listenerText, startFault } from "./listener-text.ts";

test("an empty address is shown as all of them", () => {
  expect(listenerText({ address: "", port: 8000 })).toBe("*:8000");
  expect(listenerText({ address: "127.0.0.1", port: 8000 })).toBe("127.0.0.1:8000");
});

const failing = (code: string): Error => Object.assign(new Error("failed"), { code });

test.each([
  ["EADDRINUSE", "port 8000 on * is taken", "--port"],
  ["EACCES", "port 8000 on * needs more rights", "--port"],
  ["EADDRNOTAVAIL", "* is no address of this machine", "--host"],
])("%s says what happened, and what to do", (code, what, option) => {
  const text = startFault(failing(code), { address: "", port: 8000 });
  expect(text).toStartWith(what);
  expect(text).toContain(option);
});

test("anything else is told as it came", () => {
  expect(startFault(new Error("no certificate"), { address: "", port: 1 })).toBe(
    "cannot start: no certificate",
  );
});
