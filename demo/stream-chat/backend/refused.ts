/** The panel asked for something that cannot be done now; the message says why, and what to do first. */
export class Refused extends Error {
  override readonly name = "Refused";
}
