import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MemberSet } from './member-set.ts';
import { type MemberNumbering, NumberedMembers } from './numbered-members.ts';

const NAMES = ['ada', 'bob', 'eve', 'kim', 'lou'];

/** Numbers the names in their order, with `gap` between them; the last one has none. */
function numberingBy(gap: number): MemberNumbering {
  const numbered = NAMES.slice(0, -1);
  return {
    tokenOf: (no) => numbered[(no - 1) / gap] as string,
    numberOf: (token) => (numbered.includes(token) ? numbered.indexOf(token) * gap + 1 : undefined),
  };
}

const NUMBERINGS = [numberingBy(1), numberingBy(31), numberingBy(1000)];

const tokensArb = fc.array(fc.constantFrom(...NAMES), { maxLength: 6 });
/** A list as tokens, or as numbers as far as they have some. */
const listArb = fc.tuple(tokensArb, fc.option(fc.constantFrom(...NUMBERINGS))).map(([tokens, numbering]) => {
  if (!numbering) return tokens;
  const numbers = tokens.flatMap((token) => numbering.numberOf(token) ?? []);
  const bytes = new DataView(new ArrayBuffer(8 + numbers.length * 4));
  for (const [index, no] of numbers.entries()) bytes.setUint32(8 + index * 4, no, true);
  return new NumberedMembers(bytes, 8, numbering);
});
const listsArb = fc.array(listArb, { maxLength: 6 });

it('MemberSet counts each member once, however they were added', () => {
  fc.assert(
    fc.property(listsArb, listsArb, tokensArb, fc.boolean(), (lists, others, singles, isAskedBetween) => {
      const [set, other] = [new MemberSet(), new MemberSet()];
      for (const list of lists) set.addList(list);
      for (const list of others) other.addList(list);
      for (const token of singles) other.add(token);
      const tokens = (some: Iterable<string>[]) => some.flatMap((list) => [...list]);
      if (isAskedBetween) expect(set.size).toBe(new Set(tokens(lists)).size);
      set.join(other);
      other.join(set);
      expect(set.size).toBe(new Set([...tokens([...lists, ...others]), ...singles]).size);
      expect(other.size).toBe(set.size);
    }),
    { numRuns: 1000 },
  );
});
