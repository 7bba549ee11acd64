import { CopyButton } from './copy-button.tsx';
import { REGISTRY_EXAMPLE } from './registry-example.ts';
import type { Words } from './words.ts';

/** What to do first, when there is no machine yet. */
export function EmptyFloor({ isWholeNetwork, words }: { isWholeNetwork: boolean; words: Words }) {
  return (
    <section class="sheet">
      <h2>{isWholeNetwork ? words.noMachines : words.noMachinesHere}</h2>
      <p>
        {words.describeLab} <code>registry.yaml</code>
        {words.colon}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a block that scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{REGISTRY_EXAMPLE}</pre>
      <CopyButton text={REGISTRY_EXAMPLE} words={words} />
      <p>{words.thenApply}</p>
      <pre>npx fabmeter apply registry.yaml</pre>
      <p>
        {words.readmeExample} <a href="/docs">{words.docs}</a>
      </p>
    </section>
  );
}
