const pool = new Uint32Array(256);
let next = pool.length;

function random(): number {
  if (next === pool.length) {
    crypto.getRandomValues(pool);
    next = 0;
  }
  const value = pool[next] ?? 0;
  next += 1;
  return value;
}

/**
 * A socket id: `digits.digits`, the only form that the server SDKs take. It is half of what a back end signs, so that
 * nobody may guess another's: 64 random bits, drawn many at a time.
 */
export function randomSocketId(): string {
  return `${random()}.${random()}`;
}

const form = /^\d{1,20}\.\d{1,20}$/;

export function isSocketId(text: string): boolean {
  return form.test(text);
}
