import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkRegistry } from '../domain/registry-check.ts';

describe('registries that documents show', () => {
  it.each(['README.md', 'docs/registry.md'])('in %s would be applied as they stand', (file) => {
    const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
    const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const found = checkRegistry(parse(example));
      expect('kind' in found ? found.complaints : []).toEqual([]);
    }
  });
});
