/** One event of a server-sent event stream. */
export interface StreamEvent {
  name: string;
  data: string;
}

/** An event, and an unfinished line, may hold this many characters; past it the stream is broken. */
export const EVENT_CHARS_MAX = 1_000_000;

/** Reads a server-sent event stream piece by piece, wherever the pieces are cut. */
export interface EventParser {
  /** Takes the next piece; returns the events it completes. Throws a RangeError past `EVENT_CHARS_MAX`. */
  feed(text: string): StreamEvent[];
  /** The id to resume from: the one of the last complete event. */
  lastId(): string;
  /** The waiting time the server asked for, null when it did not. */
  retryMs(): number | null;
}

/** Starts a parser; `resumeId` is the id of the last event of the connection before. */
export function createEventParser(resumeId: string): EventParser {
  let rest = '';
  let isFirst = true;
  let afterReturn = false;
  let name = '';
  let data: string[] = [];
  let dataChars = 0;
  let id = resumeId;
  let lastId = resumeId;
  let retryMs: number | null = null;

  function takeField(line: string): void {
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') name = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
    else if (field === 'retry' && /^\d{1,9}$/.test(value)) retryMs = Number(value);
    else if (field === 'data') {
      data.push(value);
      dataChars += value.length;
    }
  }

  function endEvent(): StreamEvent[] {
    lastId = id;
    const event = { name: name || 'message', data: data.join('\n') };
    const isEmpty = data.length === 0;
    name = '';
    data = [];
    dataChars = 0;
    return isEmpty ? [] : [event];
  }

  function feed(text: string): StreamEvent[] {
    if (isFirst && text !== '') {
      isFirst = false;
      text = text.replace(/^\uFEFF/, '');
    }
    // The second half of a CRLF that was cut in two ends no further line.
    const fresh = afterReturn && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') afterReturn = text.endsWith('\r');
    const lines = (rest + fresh).split(/\r\n|\n|\r/);
    rest = lines.pop() ?? '';
    const events: StreamEvent[] = [];
    for (const line of lines) {
      if (line === '') events.push(...endEvent());
      else takeField(line);
    }
    if (rest.length + dataChars > EVENT_CHARS_MAX) throw new RangeError('The stream sent an event without an end.');
    return events;
  }

  return { feed, lastId: () => lastId, retryMs: () => retryMs };
}
