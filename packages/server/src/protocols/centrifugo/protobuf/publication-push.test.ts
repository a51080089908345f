import { expect, test } from "bun:test";
import { create } from "@bufbuild/protobuf";
import { sizeDelimitedEncode } from "@bufbuild/protobuf/wire";
import { clientId, userId } from "../../../core/ids.ts";
import type { ClientInfo, Content, Payload, Publication } from "../../../core/publication.ts";
import { randomSource } from "../random-source.test.ts";
import { ReplySchema } from "./client_pb.ts";
import { publicationMessage } from "./publication.ts";
import { publicationFrame } from "./publication-push.ts";

function byGeneratedCode(channel: string, publication: Publication): Uint8Array {
  const reply = create(ReplySchema, { push: { channel, pub: publicationMessage(publication) } });
  return sizeDelimitedEncode(ReplySchema, reply);
}

const bare: Publication = {
  content: { kind: "json", text: "{}" },
  by: undefined,
  tags: undefined,
  except: undefined,
  position: undefined,
};

test("a push is the bytes of the protocol notes, 14.6", () => {
  const publication = { ...bare, position: { offset: 1, epoch: "" } };
  expect(Buffer.from(publicationFrame("a", publication)).toString("hex")).toBe(
    "0d220b1201612206" + "22027b7d3001",
  );
});

const { below, text, bytes, pick } = randomSource(0x7a11);

function payload(): Payload | undefined {
  return pick([() => undefined, () => JSON.stringify(text()), () => bytes(200)])();
}

function info(): ClientInfo | undefined {
  if (below(2) === 0) return undefined;
  return { user: userId(text()), client: clientId(text()), connInfo: payload(), chanInfo: payload() };
}

function content(): Content {
  return pick<() => Content>([
    () => ({ kind: "json", text: JSON.stringify({ text: text(), long: "x".repeat(below(20_000)) }) }),
    () => ({ kind: "bytes", bytes: bytes(20_000) }),
    () => ({ kind: "bytes", bytes: new Uint8Array(0) }),
    () => ({ kind: "event", name: text(), data: text(), quoted: true }),
    () => ({ kind: "event", name: text(), data: JSON.stringify([text()]), quoted: false }),
  ])();
}

function publication(): Publication {
  const tags = Object.fromEntries(Array.from({ length: below(5) }, () => [text(), text()]));
  const offset = pick([0, 1, 127, 128, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER, below(1_000_000)]);
  return {
    content: content(),
    by: info(),
    tags: below(2) === 0 ? undefined : tags,
    except: undefined,
    position: below(3) === 0 ? undefined : { offset, epoch: text() },
  };
}

test("a push written by hand is, byte for byte, what the generated code writes", () => {
  for (let round = 0; round < 5_000; round += 1) {
    const channel = text();
    const one = publication();
    expect(publicationFrame(channel, one)).toEqual(byGeneratedCode(channel, one));
  }
});

test("a push larger than the writer's first room, and the next one, are whole", () => {
  const large = { ...bare, content: { kind: "bytes", bytes: new Uint8Array(3_000_000).fill(7) } } as const;
  expect(publicationFrame("a", large)).toEqual(byGeneratedCode("a", large));
  expect(publicationFrame("a", bare)).toEqual(byGeneratedCode("a", bare));
});

test("a frame shares no bytes with the publication, nor with the next frame", () => {
  const said = Uint8Array.of(1, 2, 3);
  const one: Publication = { ...bare, content: { kind: "bytes", bytes: said } };
  const first = publicationFrame("a", one);
  const copy = first.slice();
  publicationFrame("b", one).fill(0);
  expect(first).toEqual(copy);
  expect(said).toEqual(Uint8Array.of(1, 2, 3));
});
