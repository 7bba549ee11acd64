/** One way in which a badge number could show itself in a file, a log or an answer. */
export interface Form {
  name: string;
  bytes: Buffer;
  /** Compared without regard to upper and lower case. */
  isText: boolean;
}

const SEPARATORS = [':', '-', ' ', '.', '_'];

function textForms(name: string, hex: string): Form[] {
  const pairs = hex.match(/../g) ?? [];
  const text = (label: string, value: string): Form => ({
    name: `${name} ${label}`,
    bytes: Buffer.from(value),
    isText: true,
  });
  return [
    text('in hexadecimal', hex),
    ...SEPARATORS.map((separator) => text(`with "${separator}"`, pairs.join(separator))),
    text('as bytes with 0x', pairs.map((pair) => `0x${pair}`).join(' ')),
    text('without the zero of each byte', pairs.map((pair) => pair.replace(/^0/, '')).join('')),
    text('in decimal', BigInt(`0x${hex}`).toString()),
  ];
}

/** Base64 of the same bytes differs with where they stand in a longer text; what does not depend on its neighbours is looked for. */
function base64Forms(name: string, bytes: Buffer): Form[] {
  return [0, 1, 2].map((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const cut = whole.slice(offset === 0 ? 0 : offset + 1, bytes.length % 3 === 0 ? undefined : -1);
    return { name: `${name} in base64 (${offset})`, bytes: Buffer.from(cut), isText: false };
  });
}

/** All forms in which a number is looked for: text and bytes, forwards and backwards. */
export function formsOf(hex: string): Form[] {
  const bytes = Buffer.from(hex, 'hex');
  const backwards = Buffer.from(bytes).reverse();
  return [
    ...textForms('number', hex),
    ...textForms('number backwards', backwards.toString('hex')),
    { name: 'raw bytes', bytes, isText: false },
    { name: 'raw bytes backwards', bytes: backwards, isText: false },
    ...base64Forms('bytes', bytes),
    ...base64Forms('text', Buffer.from(hex.toUpperCase())),
    ...base64Forms('text in lower case', Buffer.from(hex.toLowerCase())),
  ];
}

/** Which forms of which numbers are in a piece of data, in words; empty when it tells nothing. */
export function traces(where: string, data: Buffer, numbers: readonly string[]): string[] {
  const lower = Buffer.from(data.toString('latin1').toLowerCase(), 'latin1');
  return numbers.flatMap((hex) =>
    formsOf(hex).flatMap(({ name, bytes, isText }) => {
      const at = isText ? lower.indexOf(bytes.toString('latin1').toLowerCase(), 0, 'latin1') : data.indexOf(bytes);
      if (at < 0) return [];
      const around = data.subarray(Math.max(0, at - 60), at + bytes.length + 30).toString('latin1');
      return [`${where}: ${hex}, ${name}: …${around.replaceAll(/[^\x20-\x7e]/g, '·')}…`];
    }),
  );
}
