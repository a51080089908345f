import { actionNames, type ActionName } from "../actions.ts";
import { accountActs } from "./acts/account-acts.ts";
import type { Act, Scene } from "./acts/act.ts";
import { cameraActs } from "./acts/camera-acts.ts";
import { intercomActs } from "./acts/intercom-acts.ts";
import { markActs } from "./acts/mark-acts.ts";

const acts: Readonly<Record<ActionName, Act>> = {
  ...cameraActs,
  ...markActs,
  ...intercomActs,
  ...accountActs,
};

/** Characters of a name or a reason. */
const textLimit = 80;

/** Does what a request asks for. Resolves with why not, where it was not done. */
export async function perform(
  scene: Scene,
  body: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const name = actionNames.find((one) => one === body["action"]);
  if (name === undefined) return "There is no such action.";
  const { about, text } = body;
  return acts[name](scene, {
    id: typeof about === "number" ? about : Number.NaN,
    about: typeof about === "string" ? about : "",
    text: typeof text === "string" ? text.trim().slice(0, textLimit) : "",
  });
}
