import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { NAMES, STATES } from './words/shared.ts';
import { type Language, say, type Text } from './words.ts';

/** The codes of `activity` with the colours that the page has for them; no news is nearly no colour. */
export const STATE_CODES = [
  { code: 2, state: 'running', color: '#1f5fa8' },
  { code: 1, state: 'standby', color: '#9cc3e8' },
  { code: 0, state: 'off', color: '#d3d6da' },
  { code: -1, state: 'unknown', color: 'rgba(128,128,128,0.08)' },
] as const;

const RUNNING = STATE_CODES[0].color;
const GONE = '#d1440c';

/** Codes of a machine's state as words. */
export function stateMappings(language: Language): ValueMapping[] {
  const options = STATE_CODES.map(({ code, state, color }, index) => [
    `${code}`,
    { text: say(STATES[state], language), color, index },
  ]);
  return [{ type: MappingType.ValueToText, options: Object.fromEntries(options) }];
}

/** `online` as words. */
export function onlineMappings(language: Language): ValueMapping[] {
  const options = {
    1: { text: say(NAMES.online, language), color: RUNNING, index: 0 },
    0: { text: say(NAMES.offline, language), color: GONE, index: 1 },
  };
  return [{ type: MappingType.ValueToText, options }];
}

/** Ids in the series as words. */
export function wordMappings(words: Readonly<Record<string, Text>>, language: Language): ValueMapping[] {
  const options = Object.entries(words).map(([id, text], index) => [id, { text: say(text, language), index }]);
  return [{ type: MappingType.ValueToText, options: Object.fromEntries(options) }];
}
