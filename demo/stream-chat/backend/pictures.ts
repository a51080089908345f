/**
 * Smiles and badges are drawn here and travel in the events as data addresses, where VK has addresses of its picture
 * host: the page asks nobody else for anything.
 */
function picture(drawing: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke-linecap="round" stroke-linejoin="round">${drawing}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

const face = `<circle cx="12" cy="12" r="11" fill="#f2c14e"/>`;
const ink = `stroke="#3a2d0c" stroke-width="1.8"`;
const eyes = `<path d="M8.5 9.5v.6M15.5 9.5v.6" ${ink}/>`;

const smiles = {
  smile: picture(`${face}${eyes}<path d="M7.5 14c1 2 2.6 3 4.5 3s3.5-1 4.5-3" ${ink}/>`),
  laugh: picture(
    `${face}<path d="M7 10l1.5-1.5L10 10M14 10l1.5-1.5L17 10" ${ink}/><path d="M7 13.5h10c0 3-2 5-5 5s-5-2-5-5z" fill="#3a2d0c"/>`,
  ),
  wow: picture(`${face}${eyes}<ellipse cx="12" cy="16" rx="2.2" ry="2.8" fill="#3a2d0c"/>`),
  heart: picture(
    `<path d="M12 20.5C5.5 16 2.5 12.5 2.5 8.7A4.9 4.9 0 0 1 12 7a4.9 4.9 0 0 1 9.5 1.7c0 3.8-3 7.3-9.5 11.8z" fill="#d64a5f"/>`,
  ),
  bread: picture(
    `<path d="M5 19.5V11C3 10 2.5 7.5 4 6c1.8-1.8 5-2 8-2s6.2.2 8 2c1.5 1.5 1 4-1 5v8.5z" fill="#d9a066" stroke="#8a5a2b" stroke-width="1.5"/><path d="M9 9l1.5 2M14 9l1.5 2" stroke="#8a5a2b" stroke-width="1.5"/>`,
  ),
} as const;

export type SmileName = keyof typeof smiles;

export function isSmile(name: string): name is SmileName {
  return Object.hasOwn(smiles, name);
}

const smileIds: Readonly<Record<SmileName, string>> = {
  smile: "smile-1",
  laugh: "smile-2",
  wow: "smile-3",
  heart: "smile-4",
  bread: "smile-5",
};

export function smilePart(name: SmileName) {
  return { smile: { id: smileIds[name], name, ...sizes(smiles[name]), is_animated: false } };
}

function sizes(address: string) {
  return { small_url: address, medium_url: address, large_url: address };
}

function shield(fill: string, sign: string): string {
  return picture(
    `<rect x="2" y="2" width="20" height="20" rx="5" fill="${fill}"/><path d="${sign}" stroke="#fff" stroke-width="2.2"/>`,
  );
}

const badges = {
  subscriber: { name: "Subscriber", address: shield("#0b7285", "M7 12.5l3.5 3.5L17 8.5") },
  earlyBird: { name: "Early bird", address: shield("#9a5b00", "M12 6v6l4 2.5") },
  baker: { name: "Baker", address: shield("#6d3fc4", "M7 16h10M8 12h8M10 8h4") },
} as const;

export type BadgeName = keyof typeof badges;

export function badge(name: BadgeName) {
  const { name: title, address } = badges[name];
  return { id: name, name: title, ...sizes(address), achievement: { name: title, type: "demo" } };
}
