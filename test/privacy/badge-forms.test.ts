import { expect, it } from 'vitest';
import { traces } from './badge-forms.ts';

const NUMBER = '04A2B3C4D5E680';
const BYTES = Buffer.from(NUMBER, 'hex');

const HIDDEN: [string, Buffer | string][] = [
  ['upper case', `x${NUMBER}y`],
  ['lower case', NUMBER.toLowerCase()],
  ['with colons', '04:a2:b3:c4:d5:e6:80'],
  ['with 0x', '0x04 0xA2 0xB3 0xC4 0xD5 0xE6 0x80'],
  ['decimal', BigInt(`0x${NUMBER}`).toString()],
  ['backwards', '80E6D5C4B3A204'],
  ['without zeros', '4a2b3c4d5e680'],
  ['raw', Buffer.concat([Buffer.from('ab'), BYTES, Buffer.from('cd')])],
  ['raw backwards', Buffer.from(BYTES).reverse()],
  ['base64 of the bytes', BYTES.toString('base64')],
  ['base64 of the text', Buffer.from(NUMBER).toString('base64')],
  ['base64 of a text that holds it', Buffer.from(`{"uid":"${NUMBER}","x":1}`).toString('base64')],
  ['base64 of a text that holds it, one further', Buffer.from(`{"uid": "${NUMBER}","x":1}`).toString('base64')],
];

it.each(HIDDEN)('finds a number %s', (_what, data) => {
  expect(traces('here', Buffer.from(data), [NUMBER])).not.toEqual([]);
});

it.each([
  ['nothing', ''],
  ['another number', '04A2B3C4D5E681'],
  ['words', 'the badge was read'],
])('finds nothing in %s', (_what, data) => {
  expect(traces('here', Buffer.from(data), [NUMBER])).toEqual([]);
});
