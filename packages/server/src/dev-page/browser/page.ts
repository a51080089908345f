import { CentrifugoClient } from "./centrifugo-client.ts";
import { centrifugoCurl, pusherCurl } from "./commands.ts";
import { copies } from "../shell/copy-button.ts";
import { part } from "../shell/dom.ts";
import { MemberList } from "./member-list.ts";
import { showsPages } from "../shell/pages.ts";
import { showProblem } from "../shell/problem.ts";
import { isClosed, PusherClient } from "./pusher-client.ts";
import { loadSetup, type Setup } from "./setup.ts";
import { switchesTheme } from "../shell/theme.ts";
import { tracedSocket } from "./traced-socket.ts";
import { wires, type Wire, type WireClient } from "./wire.ts";
import { WireCard } from "./wire-card.ts";

/** What the channel's name says about it, for whoever tries one. */
function channelHint(channel: string): string {
  if (channel.startsWith("presence-"))
    return "A presence channel: your back end signs who may join. Here this server signs for it. Both wires list the members.";
  if (isClosed(channel))
    return "A private channel: your back end signs who may join. Here this server signs for it.";
  return "An open channel: anybody may listen. Names that begin with private- or presence- need a signature.";
}

function muteOnPusher(channel: string): string {
  return isClosed(channel)
    ? ""
    : "Pusher clients only listen on open channels. Join one that begins with private- or presence- to send.";
}

/** Names that both wires can spell (B1). */
const spelling = /^[A-Za-z0-9_=@,.;:-]{1,200}$/;

/** Why this page cannot take a channel; empty where it can. */
function cannotJoin(channel: string): string {
  if (channel === "") return "Not joined: write the name of a channel.";
  if (!spelling.test(channel))
    return "Not joined: Pusher clients cannot spell that name. Use letters, digits and _ - = @ , . ; : without spaces.";
  if (channel.startsWith("private-encrypted-"))
    return "Not joined: this page has no key for encrypted channels. Use a name that begins with private- or presence-.";
  return "";
}

/** One wire of the page: what it shows, and who speaks; nobody where the wire is off. */
interface Side {
  readonly card: WireCard;
  readonly client: WireClient | undefined;
}

function startClients(setup: Setup): Record<Wire, Side> {
  const members = new MemberList();
  const card = (wire: Wire, whyMute: (channel: string) => string): WireCard =>
    new WireCard(wire, setup.users[wire].name, whyMute, (list) => {
      members.show(wire, list);
    });
  const pusherCard = card("pusher", muteOnPusher);
  const centrifugoCard = card("centrifugo", () => "");

  // pusher-js takes whatever the global is when it connects; the other library is handed its own.
  const socket = tracedSocket(centrifugoCard.report);
  globalThis.WebSocket = tracedSocket(pusherCard.report);
  const centrifugo = new CentrifugoClient(setup, centrifugoCard.events, {
    socket,
    lastClosure: centrifugoCard.lastClosure,
  });
  const pusher =
    setup.app.id === "" ? undefined : new PusherClient(setup, pusherCard.events, pusherCard.lastClosure);
  centrifugoCard.sendsBy(centrifugo);
  if (pusher === undefined) {
    pusherCard.events.link("off");
    pusherCard.events.problem({
      what: "The Pusher wire is off.",
      why: "The configuration has no app.",
      next: "Add one to apps, and start the server again.",
    });
  } else {
    pusherCard.sendsBy(pusher);
  }
  return {
    pusher: { card: pusherCard, client: pusher },
    centrifugo: { card: centrifugoCard, client: centrifugo },
  };
}

function choosesChannel(setup: Setup, sides: Record<Wire, Side>): void {
  const input = part("#channel-input", HTMLInputElement);
  const hint = part("#channel-hint", HTMLElement);
  const curls = {
    pusher: part("#curl-pusher", HTMLElement),
    centrifugo: part("#curl-centrifugo", HTMLElement),
  };
  let joined = "";
  const join = (): void => {
    const channel = input.value.trim();
    const refused = cannotJoin(channel);
    input.setAttribute("aria-invalid", String(refused !== ""));
    hint.textContent = refused === "" ? channelHint(channel) : refused;
    if (refused !== "" || channel === joined) return;
    joined = channel;
    curls.pusher.textContent =
      sides.pusher.client === undefined
        ? "The Pusher API needs an app."
        : pusherCurl(setup, location.origin, channel);
    curls.centrifugo.textContent = centrifugoCurl(setup, location.origin, channel);
    for (const wire of wires) {
      const { card, client } = sides[wire];
      card.forgetMessages();
      client?.join(channel);
    }
  };
  part("#channel-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    join();
  });
  join();
}

async function start(): Promise<void> {
  switchesTheme(part("#theme", HTMLButtonElement));
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy]"))
    copies(button, () => part(`#${button.dataset["copy"] ?? ""}`, HTMLElement).textContent);
  try {
    const setup = await loadSetup();
    showsPages(setup.pages);
    choosesChannel(setup, startClients(setup));
  } catch (cause) {
    for (const wire of wires) {
      const state = part(`[data-wire="${wire}"] [data-state]`, HTMLElement);
      state.dataset["state"] = "off";
      state.textContent = "off";
    }
    showProblem(part("#page-problem", HTMLElement), {
      what: "The clients have not started.",
      why: `This server's keys could not be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
      next: "Open the page as http://localhost with the server's port, and look whether npx twinwire dev still runs.",
    });
  }
}

void start();
