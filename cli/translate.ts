import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { BridgeEvent, Knowledge, QuarantineCode, Translation } from '../domain/event.ts';
import { FIRMWARES } from '../domain/registry.ts';
import { formatInstant } from '../domain/time.ts';
import { topicsBegin } from '../firmware-bridge/knowledge.ts';
import type { Translator } from '../firmware-bridge/translator.ts';
import { translatorOf } from '../firmware-bridge/translators.ts';

/** What devices told of themselves is remembered for so many beginnings of topics; then the oldest is forgotten. */
export const TOPICS_MAX = 10_000;

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const Line = z.object({
  firmware: z.string(),
  topic: z.string(),
  payload: z.string(),
  payload_encoding: z.enum(['base64', 'utf8']).nullish(),
  retain: z.boolean().nullish(),
});

/**
 * Says what Fabmeter makes of messages: one JSON line in, one JSON line out, in order (`fabmeter translate`).
 *
 * Touches no data. Lines of one run belong together: what a device tells of itself informs its later lines.
 */
export async function* translateLines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  const memory = new Memory();
  for await (const line of lines) yield JSON.stringify(shown(translateLine(line, memory)));
}

/** Translates the lines of `input` onto `output`; ends when the input ends, or when nobody reads the output any more. */
export async function runTranslate(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Promise<void> {
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  // Reading begins at once, so that whoever reads later would miss the first lines.
  const iterator = lines[Symbol.asyncIterator]();
  const translated = translateLines({ [Symbol.asyncIterator]: () => iterator });
  try {
    await pipeline(Readable.from(withNewlines(translated)), output, { end: false });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EPIPE') throw cause;
  } finally {
    lines.close();
  }
}

async function* withNewlines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

function translateLine(text: string, memory: Memory): Translation {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refused('json', 'The line is not JSON: write one object a line, {"firmware","topic","payload"}.');
  }
  const line = Line.safeParse(json);
  if (!line.success) {
    const path = line.error.issues[0]?.path.join('.');
    return refused(
      'shape',
      `${path ? `"${path}"` : 'The line'} is not as it must be: {"firmware","topic","payload"}, all text.`,
    );
  }
  const { firmware, topic, payload, payload_encoding: encoding, retain } = line.data;
  const translator = translatorOf(firmware);
  if (!translator) return refused('shape', `There is no such firmware; Fabmeter understands ${FIRMWARES.join(', ')}.`);
  if (encoding === 'base64' && !BASE64.test(payload)) return refused('encoding', 'The payload is not base64.');
  const message = { topic, payload: Buffer.from(payload, encoding ?? 'utf8'), retain: retain === true };
  const translation = translator.translate(message, memory.of(translator, topic));
  memory.learn(translator, translation);
  return translation;
}

function refused(code: QuarantineCode, detail: string): Translation {
  return { outcome: 'quarantined', code, detail };
}

/** What the devices of this run told of themselves, by what their topics begin with. */
class Memory {
  readonly #known = new Map<string, Knowledge>();

  of({ firmware }: Translator, topic: string): Knowledge | undefined {
    for (let end = topic.indexOf('/'); end >= 0; end = topic.indexOf('/', end + 1)) {
      const knowledge = this.#known.get(`${firmware} ${topic.slice(0, end + 1)}`);
      if (knowledge) return knowledge;
    }
    return undefined;
  }

  learn({ firmware }: Translator, translation: Translation): void {
    if (translation.outcome !== 'events') return;
    for (const event of translation.events) {
      if (event.kind !== 'discovery') continue;
      for (const begin of topicsBegin(firmware, event.knowledge))
        this.#remember(`${firmware} ${begin}`, event.knowledge);
    }
  }

  #remember(key: string, knowledge: Knowledge): void {
    this.#known.delete(key);
    this.#known.set(key, knowledge);
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > TOPICS_MAX && oldest !== undefined) this.#known.delete(oldest);
  }
}

/** As people and other programs read it: times as RFC 3339. */
function shown(translation: Translation): unknown {
  if (translation.outcome !== 'events') return translation;
  return { outcome: 'events', events: translation.events.map(shownEvent) };
}

function shownEvent(event: BridgeEvent): unknown {
  return event.at === undefined ? event : { ...event, at: formatInstant(event.at) };
}
