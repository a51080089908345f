import { afterEach, expect, test } from "bun:test";
import { VMSMobileSDK, VMSSocketEvents, vmsPusherErrorHandler, type VMSPusherError } from "@twinwire/vms";
import type { Subscription } from "rxjs";
import { Events } from "../../../server/test/events.ts";
import { ann, channels, ClientSite, listening, quick } from "./site.ts";

const { userToken, userId, accessTokenId } = ann;
const subscriptions: Subscription[] = [];

afterEach(() => {
  for (const subscription of subscriptions.splice(0)) subscription.unsubscribe();
});

/** The Android application: one client for the process, which knew another user before. */
async function androidSite(): Promise<ClientSite> {
  const site = await ClientSite.start();
  VMSMobileSDK.configure({ baseUrl: site.application.url, reconnect: quick });
  site.owned(VMSMobileSDK.pusherApi).update({ userId: 999 }).isNeedReconnectSocket = true;
  return site;
}

/** The guide's recipe, line by line; counts the connections it asked for. */
function followRecipe(): Events<string> {
  const asked = new Events<string>();
  subscriptions.push(
    VMSSocketEvents.vmsErrorSocket.subscribe(() => {
      void VMSMobileSDK.pusherApi.getSocketUrl().then(({ wsUrl: socketUrl, appKey }) => {
        VMSMobileSDK.pusherApi
          .Builder(socketUrl, appKey, userToken, userId, accessTokenId)
          .apply(function () {
            VMSMobileSDK.pusherApi.isNeedReconnectSocket = false;
            VMSMobileSDK.pusherApi.onConnect();
          });
        asked.push(socketUrl);
      });
    }),
  );
  return asked;
}

test("the recipe of the Android guide works line by line, any number of times", async () => {
  await using site = await androidSite();
  const second = await site.anotherNetwork();
  const { pusherApi } = VMSMobileSDK;
  pusherApi.Builder(site.socketUrl, site.appKey, userToken, userId, accessTokenId);
  const asked = followRecipe();
  const errors = new Events<unknown>();
  const permissions = new Events<unknown>();
  subscriptions.push(
    VMSSocketEvents.vmsErrorSocket.subscribe((error) => {
      errors.push(error);
    }),
    VMSSocketEvents.vmsPermissionsSocket.subscribe((permission) => {
      permissions.push(permission);
    }),
  );
  pusherApi.onConnect();
  await listening(pusherApi, channels.annUser, channels.annToken);
  const networks = [site.network, second, site.network, second] as const;
  for (const [round, to] of networks.slice(1).entries()) {
    const from = networks[round] ?? to;
    // The socket goes to another address, and the old one is shut.
    const socketUrl = `ws://127.0.0.1:${to.port}`;
    site.application.wsurl = { ws_url: socketUrl, app_key: site.appKey };
    await from.down();
    expect(await asked.next()).toBe(socketUrl);
    await listening(pusherApi, channels.annUser, channels.annToken);
    expect(to.connections).toBe(1);
    expect(pusherApi.isNeedReconnectSocket).toBe(true);
    await site.publish(channels.annUser, "App\\Events\\UserPush", {
      data: { type: "permissions_updated" },
      subject: null,
      message: null,
    });
    expect(await permissions.next()).toEqual({ type: "permissions_updated" });
    await from.up();
  }
  expect(errors.all).toEqual(networks.slice(1).map(() => ({ type: "wsurl_error" })));
  expect(permissions.all).toHaveLength(3);
});

test("the recipe with the address it had already works too: the next attempt is made at once", async () => {
  await using site = await androidSite();
  const { pusherApi } = VMSMobileSDK;
  const hours = 3_600_000;
  pusherApi.configure({ reconnect: { first: hours, longest: hours } });
  pusherApi.Builder(site.socketUrl, site.appKey, userToken, userId, accessTokenId).onConnect();
  await listening(pusherApi, channels.annUser, channels.annToken);
  const asked = followRecipe();
  for (let round = 0; round < 3; round += 1) {
    site.network.cut();
    await asked.next();
    await listening(pusherApi, channels.annUser, channels.annToken);
  }
  expect(site.network.made).toBe(4);
});

test("the recipe is followed again where the application was down with the socket, by setting the flag again", async () => {
  await using site = await androidSite();
  const second = await site.anotherNetwork();
  const { pusherApi } = VMSMobileSDK;
  pusherApi.Builder(site.socketUrl, site.appKey, userToken, userId, accessTokenId).onConnect();
  await listening(pusherApi, channels.annUser, channels.annToken);
  let failures = 0;
  site.application.instead = () => (failures < 2 ? new Response("<h1>", { status: 502 }) : undefined);
  site.application.wsurl = { ws_url: `ws://127.0.0.1:${second.port}`, app_key: site.appKey };
  // As in the README.
  const follow = async (): Promise<void> => {
    try {
      const { wsUrl: socketUrl, appKey } = await pusherApi.getSocketUrl();
      pusherApi.Builder(socketUrl, appKey, userToken, userId, accessTokenId).apply(() => {
        pusherApi.isNeedReconnectSocket = false;
        pusherApi.onConnect();
      });
    } catch {
      failures += 1;
      pusherApi.isNeedReconnectSocket = true;
    }
  };
  subscriptions.push(
    VMSSocketEvents.vmsErrorSocket.subscribe(() => {
      void follow();
    }),
  );
  await site.network.down();
  await second.untilMade(1);
  await listening(pusherApi, channels.annUser, channels.annToken);
  expect(failures).toBe(2);
});

test("vmsErrorSocket fires once, until a connection was made, and replays", async () => {
  await using site = await androidSite();
  const { pusherApi } = VMSMobileSDK;
  const errors = new Events<unknown>();
  const reported = new Events<VMSPusherError>();
  subscriptions.push(
    vmsPusherErrorHandler.subscribe((error) => {
      if (error?.error?.fault.kind === "unreachable") reported.push(error);
    }),
  );
  await site.network.down();
  pusherApi.Builder(site.socketUrl, site.appKey, userToken, userId, accessTokenId).onConnect();
  subscriptions.push(
    VMSSocketEvents.vmsErrorSocket.subscribe((error) => {
      errors.push(error);
    }),
  );
  for (let attempt = 0; attempt < 3; attempt += 1) await reported.next();
  expect(errors.all).toEqual([{ type: "wsurl_error" }]);
  expect(pusherApi.isNeedReconnectSocket).toBe(false);
  const late: unknown[] = [];
  subscriptions.push(
    VMSSocketEvents.vmsErrorSocket.subscribe((error) => {
      late.push(error);
    }),
  );
  expect(late).toEqual([{ type: "wsurl_error" }]);
  await site.network.up();
  await listening(pusherApi, channels.annUser, channels.annToken);
  expect(pusherApi.isNeedReconnectSocket).toBe(true);
});

test("whoever does not want vmsErrorSocket sets isNeedReconnectSocket to false", async () => {
  await using site = await androidSite();
  const { pusherApi } = VMSMobileSDK;
  const errors: unknown[] = [];
  pusherApi.Builder(site.socketUrl, site.appKey, userToken, userId, accessTokenId).apply(function () {
    this.isNeedReconnectSocket = false;
    this.onConnect();
  });
  subscriptions.push(
    VMSSocketEvents.vmsErrorSocket.subscribe((error) => {
      errors.push(error);
    }),
  );
  await listening(pusherApi, channels.annUser, channels.annToken);
  pusherApi.isNeedReconnectSocket = false;
  site.network.cut();
  await listening(pusherApi);
  await listening(pusherApi, channels.annUser, channels.annToken);
  expect(errors).toEqual([]);
  expect(pusherApi.isNeedReconnectSocket).toBe(true);
});

test("Builder with an empty URL tells so, and leaves a connection that stands", async () => {
  await using site = await androidSite();
  const { pusherApi } = VMSMobileSDK;
  pusherApi.Builder(site.socketUrl, site.appKey, userToken, userId, accessTokenId).onConnect();
  await listening(pusherApi, channels.annUser, channels.annToken);
  const id = pusherApi.getSocketId();
  pusherApi.Builder("", site.appKey, userToken, 0, "");
  expect(vmsPusherErrorHandler.value?.message).toBe("Socket URL is empty.");
  expect(pusherApi.getSocketId()).toBe(id);
});

test("without configure() the application is at the socket's own origin", async () => {
  await using site = await androidSite();
  const { pusherApi } = VMSMobileSDK;
  pusherApi.configure({
    baseUrl: "",
    fetch: (url, init) => {
      asked.push(url);
      return fetch(url.replace(site.socketUrl.replace("ws", "http"), site.application.url), init);
    },
  });
  const asked: string[] = [];
  pusherApi.Builder(site.socketUrl, site.appKey, userToken, userId, accessTokenId).onConnect();
  await listening(pusherApi, channels.annUser, channels.annToken);
  const origin = `http://127.0.0.1:${site.network.port}`;
  expect(new Set(asked)).toEqual(new Set([`${origin}/api/v1/broadcasting/auth`]));
  pusherApi.configure({ fetch: (url, init) => fetch(url, init) });
});
