/**
 * The library that signs and verifies. Loaded when it is first used: it comes as an ES module only, which `require` does
 * not load in every Node 20, and this does.
 */
export const jose = () => import("jose");
