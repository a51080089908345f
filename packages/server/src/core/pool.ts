/** What a pool keeps in its members: where each stands. */
export interface Pooled {
  place: number;
}

/**
 * Things to go through, in no order, that come and go at will: an array in which each knows its place. A `Set` costs
 * five times the memory for each.
 */
export class Pool<Member extends Pooled> {
  private readonly members: Member[] = [];

  get size(): number {
    return this.members.length;
  }

  add(member: Member): void {
    member.place = this.members.length;
    this.members.push(member);
  }

  /** Nothing where it is not in here. */
  remove(member: Member): void {
    const { members } = this;
    if (members[member.place] !== member) return;
    const last = members.pop();
    if (last === undefined || last === member) return;
    members[member.place] = last;
    last.place = member.place;
  }

  has(member: Member): boolean {
    return this.members[member.place] === member;
  }

  /** All of them, as they are now: what happens to the pool meanwhile does not matter. */
  all(): Member[] {
    return [...this.members];
  }

  /** All of them; the pool must not change meanwhile. */
  [Symbol.iterator](): Iterator<Member> {
    return this.members[Symbol.iterator]();
  }
}
