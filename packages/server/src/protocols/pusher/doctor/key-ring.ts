import { equalSecret } from "../../../secrets/equal.ts";
import { Credentials } from "../credentials.ts";
import type { KeyPair, PusherApp } from "../settings.ts";
import { diagnosis, shown, type Diagnosis } from "./diagnosis.ts";

interface Owner {
  readonly id: string;
  readonly key: string;
  readonly credentials: Credentials;
}

/** Secrets shorter than this would also be found where they are none. */
const shortestRedacted = 4;
const wholeSignature = /[0-9a-fA-F]{64}/g;

/** The keys and secrets of all apps: what the doctor looks a mistake up in. */
export class KeyRing {
  private readonly owners: readonly Owner[];
  private readonly secrets: readonly string[];

  constructor(apps: readonly PusherApp[]) {
    this.owners = apps.map((app) => ({ id: app.app.id, key: app.key, credentials: new Credentials(app) }));
    this.secrets = apps
      .flatMap(({ secret, previous }: PusherApp) => [secret, ...previous.map((pair: KeyPair) => pair.secret)])
      // The longest first: one may be the beginning of another.
      .toSorted((one, other) => other.length - one.length);
  }

  /** Why a key cannot sign for an app; undefined where it can. */
  keyFault(appId: string, given: string): Diagnosis | undefined {
    if (given === "") return diagnosis("no-key", "no key is given");
    const own = this.owner(appId);
    if (own?.credentials.has(given) === true) return undefined;
    if (this.isSecret(given))
      return diagnosis("secret-as-key", "a secret stands where the key belongs: it should be replaced");
    const other = this.owners.find(({ credentials }) => credentials.has(given));
    const meant = own === undefined ? "" : `, the key of this app is ${own.key}`;
    if (other !== undefined)
      return diagnosis(
        "key-of-another-app",
        `the key ${this.shown(given, 64)} belongs to another app of this server${meant}`,
      );
    const near = own?.key.toLowerCase() === given.trim().toLowerCase();
    const hint = near ? " (case and spaces count)" : "";
    return diagnosis(
      "unknown-key",
      `no app of this server has the key ${this.shown(given, 64)}${meant}${hint}`,
    );
  }

  /** The id of the app that a key belongs to. */
  idOf(key: string): string | undefined {
    return this.owners.find(({ credentials }) => credentials.has(key))?.id;
  }

  /** How the app's keys sign besides the one that was named. */
  ofApp(appId: string, named: string): Signer[] {
    const own = this.owners.filter(({ id }) => id === appId);
    return own.flatMap((owner) => signersOf(owner, (key) => key !== named));
  }

  /** How the keys of other apps sign. */
  *ofOthers(appId: string): Generator<Signer> {
    for (const owner of this.owners) if (owner.id !== appId) yield* signersOf(owner, () => true);
  }

  /** Nothing that the doctor says holds a secret or a whole signature, whatever the client put where. */
  redact(text: string): string {
    let clean = text;
    for (const secret of this.secrets)
      if (secret.length >= shortestRedacted) clean = clean.replaceAll(secret, "[secret]");
    return clean.replace(wholeSignature, (hex) => `${hex.slice(0, 6)}…`);
  }

  /** As `shown`, without secrets: what is cut would otherwise be found no more. */
  shown(text: string, limit: number): string {
    const [longest = ""] = this.secrets;
    return shown(this.redact(text.slice(0, limit + longest.length)), limit, text.length);
  }

  private owner(appId: string): Owner | undefined {
    return this.owners.find(({ id }) => id === appId);
  }

  private isSecret(given: string): boolean {
    let found = false;
    for (const secret of this.secrets) found = equalSecret(given, secret) || found;
    return found;
  }
}

/** Whether a signature of the text is right. */
export type Signer = (text: string, signature: string) => boolean;

function signersOf({ credentials }: Owner, wanted: (key: string) => boolean): Signer[] {
  return [...credentials.keys()]
    .filter(wanted)
    .map((key) => (text, signature) => credentials.signed(text, key, signature));
}
