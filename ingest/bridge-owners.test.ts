import { describe, expect, it } from 'vitest';
import type { BridgeEvent } from '../domain/event.ts';
import type { Connector } from '../domain/registry.ts';
import { translatorOf } from '../firmware-bridge/translators.ts';
import { BridgeOwners } from './bridge-owners.ts';
import { Source } from './source.ts';

function source(id: string, device: string, lab = 'pasteur'): Source {
  const connector: Connector = { id, lab, firmware: 'zigbee2mqtt', device, channels: [] };
  return new Source({ connector, zone: 'Europe/Paris' }, translatorOf('zigbee2mqtt'));
}

const server = source('zigbee', 'zigbee2mqtt');
const vinyl = source('plug-vinyl', 'zigbee2mqtt/plug-vinyl');
const iron = source('plug-iron', 'zigbee2mqtt/Soudure/fer');
const elsewhere = source('plug-away', 'zigbee2mqtt/plug-away', 'autre');
const owners = new BridgeOwners([server, vinyl, iron, elsewhere]);
const power: BridgeEvent = { kind: 'power', channel: 0, w: 12 };

const CASES: [string, string, BridgeEvent, string[]][] = [
  ['a plug', 'zigbee2mqtt/plug-vinyl', power, ['plug-vinyl']],
  ['a name with slashes', 'zigbee2mqtt/Soudure/fer', power, ['plug-iron']],
  ['one attribute of a plug', 'zigbee2mqtt/plug-vinyl/power', power, ['plug-vinyl']],
  ['an unknown plug', 'zigbee2mqtt/other', power, ['zigbee']],
  ['a plug of another lab', 'zigbee2mqtt/plug-away', power, ['zigbee']],
  [
    'the last will of the server',
    'zigbee2mqtt/bridge/state',
    { kind: 'online', online: false, scope: 'bridge' },
    ['zigbee', 'plug-vinyl', 'plug-iron'],
  ],
  [
    'a plug that left',
    'zigbee2mqtt/bridge/event',
    { kind: 'online', online: false, device: 'Soudure/fer' },
    ['plug-iron'],
  ],
];

describe('BridgeOwners', () => {
  it.each(CASES)('finds whom %s concerns', (_name, topic, event, expected) => {
    expect(CASES.length).toBeGreaterThan(0);
    expect(owners.ownersOf(server, topic, event).map(({ id }) => id)).toEqual(expected);
  });

  it('leaves a single login alone', () => {
    expect(new BridgeOwners([vinyl]).ownersOf(vinyl, 'zigbee2mqtt/plug-vinyl', power)).toEqual([vinyl]);
  });
});
