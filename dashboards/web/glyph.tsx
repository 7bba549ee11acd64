import type { Condition } from './condition.ts';

const HATCH = 'M2 10 10 2M2 20 20 2M4 28 28 4M10 32 32 10M20 32 32 20';

/**
 * The mark of a condition: colour and shape or pattern, so that it reads in grey and for every eye. Words stand beside
 * it always, so that it is hidden from screen readers.
 */
export function Glyph({ condition }: { condition: Condition }) {
  return (
    <svg class={`glyph glyph-${condition}`} viewBox="0 0 34 34" aria-hidden="true" focusable="false">
      <rect class="glyph-ground" x="1.5" y="1.5" width="31" height="31" rx="5" />
      {markOf(condition)}
    </svg>
  );
}

function markOf(condition: Condition) {
  switch (condition) {
    case 'unknown':
    case 'setup':
    case 'unmeasured':
      return <path class="glyph-hatch" d={HATCH} />;
    case 'fault':
      return <path class="glyph-mark" d="M10 10 24 24M24 10 10 24" />;
    case 'maintenance':
      return <path class="glyph-mark" d="M8 17H26" />;
    case 'running':
    case 'standby':
    case 'off':
    case 'absent':
      return null;
  }
}
