import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MemberSet } from './member-set.ts';

const listsArb = fc.array(fc.array(fc.constantFrom('ada', 'bob', 'eve', 'kim', 'lou'), { maxLength: 6 }), {
  maxLength: 6,
});

it('MemberSet counts each member once, however they were added', () => {
  fc.assert(
    fc.property(listsArb, listsArb, fc.boolean(), (lists, others, isAskedBetween) => {
      const [set, other] = [new MemberSet(), new MemberSet()];
      for (const list of lists) set.addList(list);
      for (const list of others) for (const token of list) other.add(token);
      if (isAskedBetween) expect(set.size).toBe(new Set(lists.flat()).size);
      set.join(other);
      other.join(set);
      expect(set.size).toBe(new Set([...lists, ...others].flat()).size);
      expect(other.size).toBe(set.size);
    }),
  );
});
