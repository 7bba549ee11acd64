/** Badge numbers, each for one way in which it comes, so that a trace tells which way let it through. */
export const NUMBERS = {
  known: '04A2B3C4D5E680',
  short: '9ADF4C21',
  byFile: '0466778899AABB',
  byApi: '04C0FFEE123456',
  unknown: '04F1E2D3C4B5A6',
  login: '0477AABBCC1234',
  inId: '04D00D5EED4321',
  inKey: '04BADD5E1234F0',
  mistaken: '04FACE56789012',
  tooLong: '04DEFACED98765',
  beside: '0413572468ACE0',
  inState: '04EE11DD22CC33',
  inTopic: '0491A2B3D4F587',
  broken: '04819263748596',
  retained: '04B1C2D3E4F5A9',
  serial: '0A1B2C3D4E',
  wiegand: '763AE8',
  log: '04A9B8C7D6E5F4',
  list: '1BEC07EC',
  raw: '048F9EADBCCBDA',
  encoded: '04D3A7F15B2C69',
} as const;

/** A number with a separator between its bytes. */
export function spaced(hex: string, separator: string): string {
  return (hex.match(/../g) ?? []).join(separator);
}

/** One message of a connector of the test's registry. */
export interface Message {
  connector: string;
  topic: string;
  payload: string | Buffer;
  retain?: boolean;
  qos?: 0 | 1 | 2;
}

const { known, short, byFile, unknown, beside, inState, inTopic, broken, retained, log, list, raw, encoded } = NUMBERS;

function native(connector: string, leaf: string, payload: string | Buffer, more: Partial<Message> = {}): Message {
  return { connector, topic: `fabmeter/1/${connector}/${leaf}`, payload, ...more };
}

function backwards(hex: string): Buffer {
  return Buffer.from(hex, 'hex').reverse();
}

/** All ways in which the bytes of a number could be written into a message that nobody understands. */
function disguises(hex: string): string[] {
  const bytes = Buffer.from(hex, 'hex');
  return [
    hex,
    hex.toLowerCase(),
    ...[':', '-', ' ', '.', '_', ', '].map((separator) => spaced(hex, separator)),
    `0x${spaced(hex, ' 0x')}`,
    BigInt(`0x${hex}`).toString(),
    backwards(hex).toString('hex'),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    Buffer.from(hex).toString('base64'),
    Buffer.from(`{"uid":"${hex.toLowerCase()}"}`).toString('base64'),
  ];
}

const NATIVE: Message[] = [
  native('reader-1', 'badge', `{"uid":"${known}","action":"tap"}`),
  native('reader-1', 'badge', `{"uid":"${spaced(byFile, ':').toLowerCase()}","action":"in","boot":"b1","seq":1}`, {
    qos: 2,
  }),
  native('reader-1', 'badge', `{"uid":"${unknown}","action":"tap"}`),
  native('reader-1', 'badge', `[{"uid":"${unknown}","action":"out"},{"uid":"0x${known}","action":"tap"}]`, { qos: 0 }),
  native('reader-1', 'badge', `{"uid":"${retained}","action":"tap"}`, { retain: true }),
  native('reader-1', 'badge', `{"uid":"${broken}"}`),
  native('reader-1', 'badge', `{"uid":"${broken}","action":"${broken}"}`),
  native('reader-1', 'badge', `{"uid":"${broken}","action":"tap"`),
  native('reader-1', 'badge', `{"uid":${BigInt(`0x${short}`)},"action":"tap"}`),
  native('reader-1', 'badge', `{"uid":"${known}${known}${known}${known}${known}","action":"tap"}`),
  native('reader-1', 'badge', Buffer.from(raw, 'hex')),
  native('reader-1', 'badge', backwards(raw)),
  native('reader-1', 'badge', Buffer.from('0412345678', 'hex')),
  native('reader-1', 'status', broken),
  native('reader-1', 'state', `{"state":"idle","detail":"badge ${inState} on the reader"}`),
  native('reader-1', 'state', `{"state":"idle","detail":"${Buffer.from(inState, 'hex').toString('base64')}"}`),
  native('reader-1', 'state', `{"state":"${inState}"}`),
  native('plug-1', 'power', `{"w":12,"card":"${beside}"}`),
  native('plug-1', 'power', `[{"w":12,"card":"${beside}"},{"w":13,"${beside}":true}]`),
  native('plug-1', 'power', `{"w":12,"wh":1,"boot":"x","seq":1,"card":${BigInt(`0x${beside}`)}}`),
  ...disguises(encoded).map((text) => native('reader-1', 'badge', `{"card":"${text}"}`)),
  ...disguises(encoded).map((text) => native('plug-1', 'power', `{"w":1,"card":"${text}"}`)),
  ...disguises(encoded).map((text) => native('plug-1', 'power', text)),
];

const WRONG_TOPICS: Message[] = [
  { connector: 'reader-1', topic: `fabmeter/1/${inTopic}/badge`, payload: `{"uid":"${inTopic}","action":"tap"}` },
  { connector: 'reader-1', topic: `fabmeter/1/reader-1/${spaced(inTopic, '/')}`, payload: inTopic },
  { connector: 'reader-1', topic: `cards/${spaced(inTopic, ':')}`, payload: 'x' },
  { connector: 'reader-1', topic: `cards/${Buffer.from(inTopic).toString('base64url')}`, payload: 'x' },
  { connector: 'tasmota-1', topic: `tele/tasmota-1/${inTopic}`, payload: `{"UID":"${inTopic}"}` },
  { connector: 'esp-1', topic: `esp-1/io/${inTopic}`, payload: 'ON' },
  { connector: 'shelly-1', topic: `shellies/shelly-1/${inTopic}`, payload: inTopic },
  { connector: 'shelly-1', topic: `shellies/shelly-1/relay/0/power`, payload: inTopic },
];

const time = '2026-03-02T09:00:00';

const TASMOTA: Message[] = [
  ['SENSOR', `{"Time":"${time}","RC522":{"UID":"${known}","Data":"","Type":"MIFARE 1KB"}}`],
  ['SENSOR', `{"Time":"${time}","PN532":{"UID":"${unknown}"}}`],
  ['SENSOR', `{"Time":"${time}","PN532":{"UID":"${broken}","Auth":"Ok", "DATA":"\u0001"x"}}`],
  ['SENSOR', `{"Time":"${time}","PN532":{"UID":"${broken}","Auth":"Ok", "DATA":"`],
  ['SENSOR', `{"Time":"${time}","Wiegand":{"UID":${Number(`0x${NUMBERS.wiegand}`)},"Size":34}}`],
  ['SENSOR', `{"Time":"${time}","Wiegand":{"UID":"${NUMBERS.wiegand}h","Size":34}}`],
  ['SENSOR', `{"Time":"${time}","ENERGY":{"Total":1.5,"Power":120},"NFC":{"UID":"${beside}"}}`],
  ['SENSOR', `{"Time":"${time}","ENERGY":{"Total":1.5,"Power":121},"RC522":{"UID":"${known}"}}`],
  ['STATE', `{"Time":"${time}","POWER":"ON","Card":"${beside}"}`],
  ['INFO1', `{"Info1":{"Module":"${beside}"}}`],
].map(([leaf, payload]) => ({ connector: 'tasmota-1', topic: `tele/tasmota-1/${leaf}`, payload: payload as string }));

const SERIAL_FRAME = `${NUMBERS.serial}${[0x0a, 0x1b, 0x2c, 0x3d, 0x4e].reduce((sum, byte) => sum ^ byte).toString(16)}`;

const ESP_RFID: Message[] = [
  [
    'send',
    `{"cmd":"log","type":"access","time":2,"isKnown":"true","access":"Always","username":"x","uid":"${known.toLowerCase()}"}`,
  ],
  ['send', `{"type":"access","time":2,"isKnown":"false","access":"Denied","username":"Unknown","uid":"1bec7ec"}`],
  [
    'send',
    `{"type":"WARN","src":"rfid","desc":"Unknown rfid tag is scanned","data":"${log.toLowerCase()} MIFARE 1KB","time":2}`,
  ],
  ['send', `{"command":"getuserlist","uid":"${list.toLowerCase()}","user":"x","acctype":1}`],
  ['send', `{"cmd":"getuserlist","type":"userlist","uid":"1bec7ec","user":"x"}`],
  ['cmd', `{"cmd":"adduser","doorip":"10.0.0.1","uid":"${list.toLowerCase()}","user":"x"}`],
  ['tag', `{"uid":"${unknown.toLowerCase()}","username":"x","access":"Always","time":2}`],
  ['tag', `{"uid":"","card":"${log}"}`],
  ['send', `{"type":"boot","time":2,"hostname":"${log}"}`],
  ['send', log],
].map(([leaf, payload]) => ({ connector: 'esp-1', topic: `esp-1/${leaf}`, payload: payload as string }));

/** Every message of the run, in order. */
export const MESSAGES: readonly Message[] = [
  ...NATIVE,
  ...WRONG_TOPICS,
  ...TASMOTA,
  { connector: 'tasmota-1', topic: 'stat/tasmota-1/RESULT', payload: `{"SSerialReceived":"${SERIAL_FRAME}"}` },
  { connector: 'tasmota-1', topic: 'cmnd/tasmota-1/Backlog', payload: log },
  {
    connector: 'tasmota-1',
    topic: 'tasmota/discovery/AABBCCDDEEFF/config',
    payload: `{"t":"tasmota-1","fn":["${beside}"],"dn":"${beside}"}`,
  },
  ...ESP_RFID,
];
