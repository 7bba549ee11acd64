import { describe, expect, it } from 'vitest';
import type { Firmware } from '../domain/registry.ts';
import { translatorOf } from './translators.ts';
import { zigbeeAddressee } from './zigbee2mqtt-topic.ts';

type Row = [Firmware, string, string];

const PUBLISHES: Row[] = [
  ['fabmeter', 'r1', 'fabmeter/1/r1/power'],
  ['fabmeter', 'r1', 'fabmeter/1/r1/badge'],
  ['fabmeter', 'r1', 'fabmeter/1/r1/state'],
  ['fabmeter', 'r1', 'fabmeter/1/r1/status'],
  ['tasmota', 'plug1', 'tele/plug1/SENSOR'],
  ['tasmota', 'plug1', 'stat/plug1/POWER2'],
  ['tasmota', 'plug1', 'plug1/tele/LWT'],
  ['tasmota', 'plug1', 'hall/tele/row/plug1/STATE'],
  ['tasmota', 'row/plug1', 'tele/row/plug1/INFO3'],
  ['tasmota', 'Pow1', 'Pow1/SENSOR'],
  ['tasmota', 'plug1', 'tele/plug1/MARGINS'],
  ['tasmota', 'plug1', 'cmnd/plug1/POWER'],
  ['tasmota', 'plug1', 'tasmota/discovery/142B2F9FAF38/config'],
  ['shelly-gen1', 'shellyem3', 'shellies/shellyem3/emeter/0/power'],
  ['shelly-gen1', 'shellies/shellyem3', 'shellies/shellies/shellyem3/online'],
  ['shelly-gen1', 'x', 'shellies/announce'],
  ['shelly-gen2', 'hall/printer', 'hall/printer/events/rpc'],
  ['shelly-gen2', 'hall/printer', 'hall/printer/online'],
  ['shelly-gen2', 'hall/printer', 'hall/printer/status/switch:0'],
  ['esp-rfid', '/rfid', '/rfid'],
  ['esp-rfid', '/rfid', '/rfid/send'],
  ['esp-rfid', '/rfid', '/rfid/io/lock0'],
  ['zigbee2mqtt', 'zigbee2mqtt', 'zigbee2mqtt/Außen/Licht Terrasse'],
  ['zigbee2mqtt', 'zigbee2mqtt', 'zigbee2mqtt/bridge/devices'],
  ['zigbee2mqtt', 'zigbee2mqtt/plug1', 'zigbee2mqtt/plug1'],
  ['zigbee2mqtt', 'zigbee2mqtt/plug1', 'zigbee2mqtt/plug1/availability'],
  ['zigbee2mqtt', 'zigbee2mqtt/plug1', 'zigbee2mqtt/bridge/state'],
];

const NEVER_PUBLISHES: Row[] = [
  ['fabmeter', 'r1', 'fabmeter/1/r2/power'],
  ['fabmeter', 'r1', 'fabmeter/1/r1/badge/reply'],
  ['fabmeter', 'r1', 'fabmeter/1/r1/x/power'],
  ['fabmeter', 'r1', 'fabmeter/1/r1/toString'],
  ['tasmota', 'plug1', 'tele/plug2/SENSOR'],
  ['tasmota', 'plug1', 'tele/plug11/SENSOR'],
  ['tasmota', 'plug1', 'cmnd/plug2/POWER'],
  ['tasmota', 'plug1', 'cmnd/plug1/Backlog'],
  ['tasmota', 'plug1', 'cmnd/plug2/plug1/TelePeriod'],
  ['tasmota', 'plug1', 'tele/plug1/+'],
  ['tasmota', 'plug1', 'fabmeter/1/plug1/power'],
  ['tasmota', 'plug1', 'tasmota/discovery/a/b/config'],
  ['shelly-gen1', 'a', 'shellies/b/relay/0'],
  ['shelly-gen1', 'a', 'shellies/a/relay/0/command'],
  ['shelly-gen1', 'a', 'shellies/command'],
  ['shelly-gen2', 'a', 'a/rpc'],
  ['shelly-gen2', 'a', 'a/command/switch:0'],
  ['shelly-gen2', 'a', 'ab/online'],
  ['esp-rfid', 'a', 'a/cmd'],
  ['esp-rfid', 'a', 'b/send'],
  ['zigbee2mqtt', 'zigbee2mqtt', 'zigbee2mqtt/plug1/set'],
  ['zigbee2mqtt', 'zigbee2mqtt', 'zigbee2mqtt/bridge/request/restart'],
  ['zigbee2mqtt', 'zigbee2mqtt/plug1', 'zigbee2mqtt/plug2'],
  ['zigbee2mqtt', 'zigbee2mqtt/plug1', 'other/bridge/state'],
];

const READS: Row[] = [
  ['fabmeter', 'r1', 'fabmeter/1/r1/badge/reply'],
  ['tasmota', 'plug1', 'cmnd/plug1/#'],
  ['tasmota', 'plug1', 'cmnd/plug1/POWER'],
  ['tasmota', 'plug1', 'plug1/cmnd/#'],
  ['tasmota', 'plug1', 'hall/cmnd/row/plug1/+'],
  ['shelly-gen1', 'a', 'shellies/command'],
  ['shelly-gen1', 'a', 'shellies/a/command'],
  ['shelly-gen1', 'a', 'shellies/a/relay/+/command'],
  ['shelly-gen2', 'a', 'a/rpc'],
  ['shelly-gen2', 'a', 'a/command/#'],
  ['shelly-gen2', 'a', 'a/command/switch:0'],
  ['esp-rfid', 'a', 'a/cmd'],
  ['zigbee2mqtt', 'zigbee2mqtt', 'zigbee2mqtt/#'],
  ['zigbee2mqtt', 'zigbee2mqtt', 'zigbee2mqtt/bridge/request/#'],
  ['zigbee2mqtt', 'zigbee2mqtt/plug1', 'zigbee2mqtt/plug1/set'],
  ['zigbee2mqtt', 'zigbee2mqtt/plug1', 'zigbee2mqtt/plug1/set/#'],
];

const NEVER_READS: Row[] = [
  ['fabmeter', 'r1', 'fabmeter/1/+/badge/reply'],
  ['fabmeter', 'r1', 'fabmeter/1/r2/badge/reply'],
  ['fabmeter', 'r1', 'fabmeter/1/r1/#'],
  ['tasmota', 'plug1', 'cmnd/#'],
  ['tasmota', 'plug1', 'cmnd/+/plug1'],
  ['tasmota', 'plug1', 'cmnd/plug2/#'],
  ['tasmota', 'plug1', 'tele/plug1/#'],
  ['tasmota', 'plug1', 'cmnd/plug1/../#/x'],
  ['shelly-gen1', 'a', 'shellies/#'],
  ['shelly-gen1', 'a', 'shellies/a/#'],
  ['shelly-gen1', 'a', 'shellies/+/command'],
  ['shelly-gen1', 'a', 'shellies/b/command'],
  ['shelly-gen2', 'a', 'a/#'],
  ['shelly-gen2', 'a', '+/rpc'],
  ['shelly-gen2', 'a', 'a/status/#'],
  ['esp-rfid', 'a', 'a/#'],
  ['esp-rfid', 'a', 'a/send'],
  ['zigbee2mqtt', 'zigbee2mqtt/plug1', 'zigbee2mqtt/#'],
  ['zigbee2mqtt', 'zigbee2mqtt/plug1', 'zigbee2mqtt/plug1/#'],
  ['zigbee2mqtt', 'zigbee2mqtt/plug1', 'zigbee2mqtt/plug2/set'],
];

describe('a connector', () => {
  it.each(PUBLISHES)('of firmware %s named %s publishes on %s', (firmware, device, topic) => {
    expect(translatorOf(firmware).mayPublish(device, topic)).toBe(true);
  });
  it.each(NEVER_PUBLISHES)('of firmware %s named %s never publishes on %s', (firmware, device, topic) => {
    expect(translatorOf(firmware).mayPublish(device, topic)).toBe(false);
  });
  it.each(READS)('of firmware %s named %s reads %s', (firmware, device, filter) => {
    expect(translatorOf(firmware).maySubscribe(device, filter)).toBe(true);
  });
  it.each(NEVER_READS)('of firmware %s named %s never reads %s', (firmware, device, filter) => {
    expect(translatorOf(firmware).maySubscribe(device, filter)).toBe(false);
  });
});

describe('zigbeeAddressee()', () => {
  const devices = new Set(['zigbee2mqtt', 'zigbee2mqtt/plug', 'zigbee2mqtt/plug/left', 'zigbee2mqtt/Außen/Licht']);
  it.each([
    ['zigbee2mqtt/plug', 'zigbee2mqtt/plug'],
    ['zigbee2mqtt/plug/availability', 'zigbee2mqtt/plug'],
    ['zigbee2mqtt/plug/left', 'zigbee2mqtt/plug/left'],
    ['zigbee2mqtt/Außen/Licht/power', 'zigbee2mqtt/Außen/Licht'],
    ['zigbee2mqtt/sensor', 'zigbee2mqtt'],
    ['zigbee2mqtt/bridge/state', undefined],
    ['other/plug', undefined],
  ])('gives a message on %s to %s', (topic, device) => {
    expect(zigbeeAddressee(topic, devices)).toBe(device);
  });
});
