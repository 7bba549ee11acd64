import { describe, expect, it } from 'vitest';
import { check, type Step } from './check.ts';

const node = process.execPath;

function step(name: string, code: string, more: Partial<Step> = {}): Step {
  return { name, command: [node, '-e', code], ...more };
}

async function run(steps: Step[]): Promise<{ isGood: boolean; lines: string[] }> {
  let text = '';
  const isGood = await check(import.meta.dirname, steps, (part) => {
    text += part;
  });
  return { isGood, lines: text.trimEnd().split('\n') };
}

describe('check()', () => {
  it('writes the counts of the tests last, after the timings', async () => {
    const { isGood, lines } = await run([
      step('first', 'console.log("hello")'),
      step('tests', 'console.log("12 passed, 0 failed"); console.log("a line after")'),
    ]);
    expect(isGood).toBe(true);
    expect(lines).toContain('hello');
    expect(lines.at(-1)).toBe('12 passed, 0 failed');
    expect(lines.filter((line) => line === '12 passed, 0 failed')).toHaveLength(1);
    expect(lines.at(-2)).toMatch(/^ok .*tests$/);
  });

  it('stops at the first step that fails', async () => {
    const { isGood, lines } = await run([step('first', 'process.exit(3)'), step('second', 'console.log("reached")')]);
    expect(isGood).toBe(false);
    expect(lines).not.toContain('reached');
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
    expect(lines.at(-2)).toMatch(/^FAILED .*first$/);
  });

  it('fails when a step is killed', async () => {
    const { isGood } = await run([step('first', 'process.kill(process.pid, "SIGKILL")')]);
    expect(isGood).toBe(false);
  });

  it('says what it leaves out when a file is not there', async () => {
    const { isGood, lines } = await run([
      step('page', 'process.exit(1)', { needs: 'no/such/file' }),
      step('tests', 'console.log("1 passed, 0 failed")'),
    ]);
    expect(isGood).toBe(true);
    expect(lines.join('\n')).toContain('left out  page (no no/such/file)');
  });
});
