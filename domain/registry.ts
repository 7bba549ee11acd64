import { z } from 'zod';
import { FRENCH_REGIONS } from './french-public-holidays.ts';
import { SCHOOL_ZONES } from './french-school-holidays.ts';
import { isZone, parseInstantOrDate } from './time.ts';

const Id = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,62}$/i,
    'an id is 1 to 63 letters, digits, dots, dashes and underscores, and begins with a letter or digit',
  );
const Name = z.string().trim().min(1).max(200);
const IsoDate = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/, { error: 'write the date as YYYY-MM-DD', abort: true })
  .refine((text) => parseInstantOrDate(text, 'UTC') !== undefined, { error: 'is not a day of the calendar' });
const Watts = z.number().min(0).max(1_000_000);
const Seconds = z
  .number()
  .min(0)
  .max(31 * 86_400);

/** The firmwares that Fabmeter understands. */
export const FIRMWARES = ['fabmeter', 'tasmota', 'shelly-gen1', 'shelly-gen2', 'esp-rfid', 'zigbee2mqtt'] as const;
/** A firmware's id. */
export type Firmware = (typeof FIRMWARES)[number];

/** What a channel is to its machine: `main` decides activity; every role but `badge` and `state` gives energy. */
export const ROLES = ['main', 'extraction', 'aux', 'badge', 'state'] as const;

/** Price of a kWh, in the currency of the purchases. */
const Tariff = z.number().min(0).max(100);

/** The shape of a machine's power thresholds, in watts and seconds. */
export const SIGNATURE_ENTRY = z.strictObject({
  standbyW: Watts,
  runningW: Watts.positive(),
  stopW: Watts.optional(),
  runAfterS: Seconds.default(0),
  stopAfterS: Seconds.default(60),
  bridgeS: Seconds.default(600),
  ratedW: Watts.positive().optional(),
});

const SessionEntry = z.strictObject({
  idleTimeoutS: Seconds.min(1).default(900),
  graceS: Seconds.default(300),
  maxS: Seconds.min(1).optional(),
  repeatS: Seconds.default(5),
});

const PurchaseEntry = z.strictObject({
  date: IsoDate,
  price: z.number().min(0),
  lifeYears: z.number().positive().max(100),
  maintenancePerYear: z.number().min(0).default(0),
  residual: z.number().min(0).default(0),
});

const DayOrRange = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(\/\d{4}-\d\d-\d\d)?$/, 'write it as YYYY-MM-DD or YYYY-MM-DD/YYYY-MM-DD');

/** The two kinds of holidays that opening hours can name: `PH` and `SH`. */
const HolidayKind = z.enum(['public', 'school']);

const HolidayEntry = z.strictObject({ dates: DayOrRange, kind: HolidayKind, name: Name.optional() });

const HolidaysEntry = z.strictObject({
  country: z
    .string()
    .regex(/^[a-z]{2}$/, 'write the country as two small letters, such as fr')
    .optional(),
  region: z.enum(FRENCH_REGIONS).optional(),
  schoolZone: z.enum(SCHOOL_ZONES).optional(),
  add: z.array(HolidayEntry).max(1000).optional(),
  remove: z.array(HolidayEntry).max(1000).optional(),
});

const LabEntry = z.strictObject({
  id: Id,
  name: Name,
  timezone: z.string().refine(isZone, { error: 'is not a time zone; write one such as Europe/Paris' }),
  since: IsoDate.optional(),
  until: IsoDate.optional(),
  /** Where a lab says nothing the network's holds. */
  tariffPerKwh: Tariff.optional(),
  opening: z.string().max(1000).optional(),
  public: z.string().max(1000).optional(),
  closures: z.array(DayOrRange).max(1000).optional(),
  holidays: HolidaysEntry.optional(),
});

const LoanEntry = z.strictObject({
  lab: Id,
  since: z.string().max(40),
  until: z.string().max(40).optional(),
});

const MachineEntry = z.strictObject({
  id: Id,
  lab: Id,
  loans: z.array(LoanEntry).max(5000).optional(),
  kind: Id,
  name: Name,
  signature: SIGNATURE_ENTRY.optional(),
  session: SessionEntry.optional(),
  purchase: PurchaseEntry.optional(),
});

const ChannelEntry = z.strictObject({
  channel: z.union([z.number().int().min(0).max(255), z.enum(['total', 'a', 'b', 'c'])]),
  machine: Id,
  role: z.enum(ROLES),
});

const ConnectorEntry = z.strictObject({
  id: Id,
  lab: Id,
  firmware: z.enum(FIRMWARES),
  device: z
    .string()
    .min(1)
    .max(200)
    .refine((text) => !/[#+\0]/.test(text), { error: 'must not hold #, + or a zero byte' }),
  secret: z.string().min(16, 'a secret has at least 16 characters; leave it out and one is made').max(200).optional(),
  reportS: z.number().min(0).max(86_400).optional(),
  channels: z.array(ChannelEntry).max(64).default([]),
});

/** The most people of one class. */
export const CLASS_PEOPLE_MAX = 500;

const ClassEntry = z.strictObject({
  machines: z.array(Id).min(1).max(500),
  people: z.number().int().min(1).max(CLASS_PEOPLE_MAX),
});

const MemberEntry = z.strictObject({
  id: Id,
  audience: Id.default('unknown'),
  badges: z.array(z.string().min(1).max(64)).max(20).optional(),
  class: ClassEntry.optional(),
});

const FunderEntry = z.strictObject({
  id: Id,
  name: Name,
  share: z.number().min(0).max(1),
  period: z.enum(['month', 'quarter', 'half-year', 'year']),
  language: z.enum(['fr', 'en']),
  threshold: z.number().int().min(1).max(1000).default(5),
});

const KindEntry = z.strictObject({
  attended: z.boolean().optional(),
  stopAfterS: Seconds.optional(),
});

/**
 * The registry document as people write it (`fabmeter apply`, `PUT /api/v1/registry`).
 *
 * Only shapes and bounds; that ids exist and are unique is checked by `checkRegistry`.
 */
export const Registry = z.strictObject({
  network: z.strictObject({ id: Id, name: Name, tariffPerKwh: Tariff.optional() }),
  labs: z.array(LabEntry).max(10_000).default([]),
  machines: z.array(MachineEntry).max(200_000).default([]),
  connectors: z.array(ConnectorEntry).max(200_000).default([]),
  members: z.array(MemberEntry).max(1_000_000).default([]),
  audiences: z.array(Id).max(100).default([]),
  kinds: z.record(Id, KindEntry).optional(),
  funders: z.array(FunderEntry).max(1000).default([]),
});

/** A registry document after its defaults were filled in. */
export type Registry = z.output<typeof Registry>;
/** One lab of the registry. */
export type Lab = Registry['labs'][number];
/** One machine of the registry. */
export type Machine = Registry['machines'][number];
/** A machine's power thresholds as the registry has them. */
export type SignatureEntry = NonNullable<Machine['signature']>;
/** One connector of the registry. `secret` is write-only: it is never stored nor shown. */
export type Connector = Registry['connectors'][number];
/** One member of the registry, or with `class` a class and its facilitator's badge. `badges` go in, never out. */
export type Member = Registry['members'][number];
/** What a channel is to its machine. */
export type Role = (typeof ROLES)[number];
