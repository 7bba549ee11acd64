import { useState } from 'preact/hooks';
import type { Words } from './words.ts';

type Outcome = 'none' | 'copied' | 'failed';

/** Copies a text. Pages without TLS have no clipboard: then the old way, by a selection. */
export function CopyButton({ text, words }: { text: string; words: Words }) {
  const [outcome, setOutcome] = useState<Outcome>('none');
  const copy = async () => setOutcome((await copyText(text)) ? 'copied' : 'failed');
  return (
    <p class="copy">
      <button type="button" onClick={() => void copy()}>
        {words.copy}
      </button>
      <span role="status">
        {outcome === 'copied' && words.copied}
        {outcome === 'failed' && words.copyByHand}
      </span>
    </p>
  );
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'unseen';
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  return isCopied;
}
