const loopback = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i;

/** What whoever runs `dev` on an address that others reach should know; undefined where only this machine does. */
export function exposedWarning(address: string): string | undefined {
  if (loopback.test(address)) return undefined;
  return (
    `dev on ${address === "" ? "all addresses" : address}: whoever reaches this address may do everything here. Its keys are known to everybody, or shown ` +
    "on its page, which also signs whatever it is asked to. For others to use it, run init and serve"
  );
}
