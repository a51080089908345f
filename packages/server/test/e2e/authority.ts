import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TempFolder } from "./temp-folder.ts";

/** A certificate and its key. */
export interface Certificate {
  /** Paths of PEM files. */
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority of one's own; needs openssl. */
export class Authority implements Disposable {
  private readonly folder = new TempFolder();
  readonly file: string;
  readonly pem: string;

  constructor(name = "an authority of the tests") {
    this.file = this.path("ca.pem");
    this.newKey("ca.key");
    this.openssl(
      "req",
      "-x509",
      "-new",
      "-key",
      this.path("ca.key"),
      "-subj",
      `/CN=${name}`,
      "-days",
      "2",
      "-out",
      this.file,
    );
    this.pem = readFileSync(this.file, "utf8");
  }

  /** `names`: as in `DNS:a.example,IP:127.0.0.1`; without any, a client's. */
  issue(name: string, names?: string): Certificate {
    const [certFile, keyFile, request] = [
      this.path(`${name}.pem`),
      this.path(`${name}.key`),
      this.path(`${name}.csr`),
    ];
    this.newKey(`${name}.key`);
    this.openssl("req", "-new", "-key", keyFile, "-subj", `/CN=${name}`, "-out", request);
    const extensions = names === undefined ? "extendedKeyUsage=clientAuth" : `subjectAltName=${names}`;
    const signed = ["-CA", this.file, "-CAkey", this.path("ca.key"), "-CAcreateserial", "-days", "2"];
    const extended = ["-extfile", this.folder.write(`${name}.ext`, extensions)];
    this.openssl("x509", "-req", "-in", request, ...signed, ...extended, "-out", certFile);
    return { certFile, keyFile, cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") };
  }

  private path(name: string): string {
    return join(this.folder.path, name);
  }

  private newKey(name: string): void {
    this.openssl("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", this.path(name));
  }

  private openssl(...args: readonly string[]): void {
    execFileSync("openssl", args, { stdio: "pipe" });
  }

  [Symbol.dispose](): void {
    this.folder[Symbol.dispose]();
  }
}
