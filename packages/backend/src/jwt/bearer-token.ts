const bearer = /^bearer +(\S+)\s*$/i;

/** What a request has in `Authorization: Bearer …`; undefined where there is none. */
export function bearerToken(request: { readonly headers: Headers }): string | undefined {
  return bearer.exec(request.headers.get("authorization") ?? "")?.[1];
}
