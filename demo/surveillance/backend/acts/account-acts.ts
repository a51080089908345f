import type { Act } from "./act.ts";

export const accountActs = {
  "archive-ready": async ({ caller, inventory, origin, toToken }) => {
    const url = `${origin}/demo/surveillance/archive/${inventory.nextArchive()}.txt`;
    await toToken(caller.session).archiveGenerated({ url });
    return undefined;
  },
  "archive-fail": async ({ caller, toToken }) => {
    await toToken(caller.session).archiveGenerated({ error: true });
    return undefined;
  },
  "permissions-update": async ({ inventory, user }) => {
    inventory.togglePermission();
    await user.permissionsUpdated();
    return undefined;
  },
  "layouts-update": async ({ user }) => {
    await user.layoutsUpdated();
    return undefined;
  },
  logout: async ({ caller, sessions, toToken }, { about, text }) => {
    const reason = text === "" ? "Somebody ended it in the control panel." : text;
    if (!sessions.end(caller.user, about, reason)) return "That session is over already.";
    await toToken(about).logout(reason);
    return undefined;
  },
} as const satisfies Record<string, Act>;
