/** The address of a link that may be followed: http or https, and nothing that runs in this page. */
export function linkAddress(address: string): string | undefined {
  const url = parsed(address);
  return url?.protocol === "http:" || url?.protocol === "https:" ? url.href : undefined;
}

/** The address of a picture that comes with the event or from this server; others would tell a third party who reads. */
export function pictureAddress(address: string, origin: string): string | undefined {
  if (/^data:image\/(svg\+xml|png|gif|webp|avif)[;,]/i.test(address)) return address;
  return parsed(address)?.origin === origin ? address : undefined;
}

function parsed(address: string): URL | undefined {
  try {
    return new URL(address);
  } catch {
    return undefined;
  }
}
