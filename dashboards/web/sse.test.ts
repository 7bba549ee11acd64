import { expect, it } from 'vitest';
import { createEventParser, EVENT_CHARS_MAX } from './sse.ts';

const CASES = [
  { name: 'one event', text: 'event: machine\nid: 7\ndata: {"a":1}\n\n', events: [['machine', '{"a":1}']], id: '7' },
  { name: 'no name', text: 'data: x\n\n', events: [['message', 'x']], id: '' },
  { name: 'several data lines', text: 'data: a\ndata: b\ndata\n\n', events: [['message', 'a\nb\n']], id: '' },
  {
    name: 'only the first space goes',
    text: 'data:  x\n\ndata:y\n\n',
    events: [
      ['message', ' x'],
      ['message', 'y'],
    ],
    id: '',
  },
  {
    name: 'CRLF',
    text: 'event: a\r\ndata: x\r\n\r\ndata: y\r\n\r\n',
    events: [
      ['a', 'x'],
      ['message', 'y'],
    ],
    id: '',
  },
  {
    name: 'CR alone',
    text: 'event: a\rdata: x\r\rdata: y\r\r',
    events: [
      ['a', 'x'],
      ['message', 'y'],
    ],
    id: '',
  },
  { name: 'comments and heartbeats', text: ': here\n\n: here\n\ndata: x\n\n', events: [['message', 'x']], id: '' },
  { name: 'a byte order mark', text: '\uFEFFdata: x\n\n', events: [['message', 'x']], id: '' },
  { name: 'an event without data gives its id alone', text: 'id: 3\n\n', events: [], id: '3' },
  {
    name: 'an unfinished event gives nothing, not even its id',
    text: 'id: 3\n\nid: 4\ndata: x\n',
    events: [],
    id: '3',
  },
  { name: 'an id with a zero is ignored', text: 'id: 1\n\nid: 2\0\ndata: x\n\n', events: [['message', 'x']], id: '1' },
  { name: 'an empty id resets', text: 'id: 1\n\nid\ndata: x\n\n', events: [['message', 'x']], id: '' },
  { name: 'unknown fields', text: 'foo: bar\ndata: x\n\n', events: [['message', 'x']], id: '' },
];

it('has cases', () => expect(CASES.length).toBeGreaterThan(0));

it.each(CASES)(
  'createEventParser() reads $name, in one piece, cut in two anywhere, and letter by letter',
  ({ text, events, id }) => {
    const cuts = [...Array.from(text, (_, index) => [text.slice(0, index), text.slice(index)]), [...text]];
    for (const pieces of cuts) {
      const parser = createEventParser('');
      const found = pieces.flatMap((piece) => parser.feed(piece)).map((event) => [event.name, event.data]);
      expect(found, JSON.stringify(pieces)).toEqual(events);
      expect(parser.lastId()).toBe(id);
    }
  },
);

it('createEventParser() begins with the id it resumes from and takes the waiting time the server asks for', () => {
  const parser = createEventParser('41');
  expect([parser.lastId(), parser.retryMs()]).toEqual(['41', null]);
  parser.feed('retry: 2000\nretry: soon\n\n');
  expect([parser.lastId(), parser.retryMs()]).toEqual(['41', 2000]);
});

it('createEventParser() takes an event up to its limit and refuses one without an end', () => {
  const line = `data: ${'x'.repeat(EVENT_CHARS_MAX - 6)}`;
  expect(createEventParser('').feed(line)).toEqual([]);
  expect(() => createEventParser('').feed(`${line}x`)).toThrow(RangeError);
  const parser = createEventParser('');
  parser.feed(`data: ${'x'.repeat(EVENT_CHARS_MAX)}\n\n`);
  expect(() => parser.feed(`${line}\ndata: xxxxxxx\n`)).toThrow(RangeError);
});
