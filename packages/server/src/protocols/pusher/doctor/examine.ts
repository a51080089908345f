import type { Credentials } from "../credentials.ts";
import { diagnosis, type Diagnosis } from "./diagnosis.ts";
import type { KeyRing, Signer } from "./key-ring.ts";

/** A signature that was refused. Its key is one of the app's. */
export interface Claim {
  readonly appId: string;
  readonly credentials: Credentials;
  readonly key: string;
  readonly signature: string;
  /** What should have been signed: all forms that are accepted. */
  readonly expected: readonly string[];
}

/** A text that is signed by mistake, and what the mistake is. */
export interface Mistake {
  readonly text: string;
  readonly means: Diagnosis;
}

/** Signatures made for one refusal: some hundred texts, and the keys of as many other apps. */
const signatureLimit = 256;
/** Characters that go into them. */
const characterLimit = 256 * 1024;

/** Holds one refused signature against texts, and against secrets. */
class Trial {
  private signatures = 0;
  private characters = 0;
  private found: Diagnosis | undefined;

  constructor(private readonly signature: string) {}

  /** Never stops at the first that fits: how long it takes is not to tell which did. */
  try(text: string, signer: Signer, means: Diagnosis): void {
    // What is too long for the rest is left out alone: the texts behind it may be short.
    if (this.signatures >= signatureLimit || this.characters + text.length > characterLimit) return;
    this.signatures += 1;
    this.characters += text.length;
    if (signer(text, this.signature)) this.found ??= means;
  }

  get result(): Diagnosis | undefined {
    return this.found;
  }
}

const otherOfApp = diagnosis(
  "other-secret-of-app",
  "it was made with the secret of another key of this app: the key that is named and the secret are no pair",
);
const ofAnotherApp = diagnosis(
  "secret-of-another-app",
  "it was made with the secret of another app of this server",
);

/** Why a signature under a key of the app is not right. */
export function examine(ring: KeyRing, claim: Claim, mistakes: readonly Mistake[]): Diagnosis {
  const { appId, credentials, key, signature, expected } = claim;
  const form = formFault(signature, claim);
  if (form !== undefined) return form;
  const trial = new Trial(signature);
  for (const signer of ring.ofApp(appId, key))
    for (const text of expected) trial.try(text, signer, otherOfApp);
  const signer = (text: string, given: string): boolean => credentials.signed(text, key, given);
  for (const { text, means } of mistakes) if (!expected.includes(text)) trial.try(text, signer, means);
  // Last: there may be more apps than are tried.
  for (const other of ring.ofOthers(appId)) for (const text of expected) trial.try(text, other, ofAnotherApp);
  return (
    trial.result ??
    diagnosis(
      "unknown-secret",
      `it was made with a secret that is not that of the key ${key}, or of another text`,
    )
  );
}

const lowerHex = /^[0-9a-f]{64}$/;
const anyHex = /^[0-9a-fA-F]+$/;
const digestNames: Readonly<Record<number, string>> = {
  32: "MD5",
  40: "SHA-1",
  96: "SHA-384",
  128: "SHA-512",
};

function formFault(signature: string, { credentials, key, expected }: Claim): Diagnosis | undefined {
  if (lowerHex.test(signature)) return undefined;
  if (signature === "") return diagnosis("no-signature", "there is a key, but no signature");
  if (!anyHex.test(signature))
    return diagnosis(
      "signature-form",
      "it is not written in hex digits: it has to be lower-case hex, not base64",
    );
  if (signature.length === 64) {
    const right = expected.some((text) => credentials.signed(text, key, signature.toLowerCase()));
    const rest = right ? "and is right otherwise" : "and wrong beside that";
    return diagnosis("signature-form", `it is in upper case ${rest}: it has to be lower-case hex`);
  }
  const name = digestNames[signature.length];
  const looks = name === undefined ? "" : `, as many as ${name} has`;
  return diagnosis("signature-form", `it has ${signature.length} hex digits${looks}: HMAC-SHA256 has 64`);
}
